package main

import (
	"fmt"
	"os"
	"strings"
)

// report prints ratios and remembers them for the table in cmd/gen/help/speed.md.
type report struct {
	ratios map[string]string
}

// ratio prints one, or the list of those that a series of sizes gives.
func (r *report) ratio(name string, values ...float64) {
	list := make([]string, len(values))
	for i, x := range values {
		list[i] = fmt.Sprintf("%.2f", x)
	}
	r.ratios[name] = strings.Join(list, " ")
	fmt.Println("ratio", name, r.ratios[name])
}

// rows are the rows of that table that this command measures.
var rows = []struct{ what, wanted, ratio string }{
	{"Decode a page of 100 resources and resolve 200 included ones: speed against encoding/json on oapi-codegen's structs", "at least 8", "decode_page_vs_encodingjson"},
	{"The same against the best of json v2, goccy and sonic on those structs", "at least 1.5", "decode_page_vs_best_peer"},
	{"The same: allocations against encoding/json", "at most 0.1", "decode_page_allocs_vs_oapi"},
	{"Decode a page of 25: speed against encoding/json", "at least 9", "decode_25_vs_encodingjson"},
	{"The same against the best peer", "at least 2", "decode_25_vs_best_peer"},
	{"Encode the page of 100: speed against encoding/json", "at least 5", "encode_page_vs_encodingjson"},
	{"The same against the best peer", "at least 1.5", "encode_page_vs_best_peer"},
	{"Encode the page of 25: speed against encoding/json", "at least 5", "encode_25_vs_encodingjson"},
	{"The same against the best peer", "at least 1.5", "encode_25_vs_best_peer"},
	{"Decode and resolve a response of 10 KB, 100 KB, 1 MB, 10 MB, 100 MB: time of a byte against that at 10 KB", "flat", "decode_scaling"},
	{"The same with Unmarshal, which copies what it is given", "", "decode_scaling_unmarshal"},
	{"The same with encoding/json on oapi-codegen's structs, not resolved", "", "decode_scaling_encodingjson"},
	{"Resolve 1,000, 10,000, 100,000 included resources: time of a resource against that at 1,000", "below the map's", "resolve_scaling"},
	{"The same with a Go map by type and id", "", "resolve_scaling_map"},
	{"Memory that a string keeps which was taken out of the page of 100: against 16 KB", "at most 1", "held_by_a_string_vs_16KB"},
	{"Decode the page of 100 in bounds: time against a codec without any", "at most 1.03", "bounds_page"},
	{"Get a resource over loopback: time against net/http with the same codec", "at most 1.1", "call_overhead"},
	{"The same for the page of 100", "at most 1.1", "call_page_overhead"},
}

// readme checks that the file has a row for each figure. If show is set, it
// prints the rows with today's figures instead.
func (r *report) readme(file string, show bool) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for _, row := range rows {
		value, ok := r.ratios[row.ratio]
		if !ok {
			return fmt.Errorf("nothing measured %s", row.ratio)
		}
		start := fmt.Sprintf("| %s | `%s` | %s | ", row.what, row.ratio, row.wanted)
		if show {
			fmt.Printf("%s%s | `make bench` |\n", start, value)
		} else if !strings.Contains(string(text), "\n"+start) {
			return fmt.Errorf("%s does not have a row that begins with %s\n  run with -readme and copy the rows that it prints", file, start)
		}
	}
	return nil
}
