package corpus

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// liveServers are the servers that TestLive starts.
var liveServers = []*liveServer{prometheus}

// prometheus monitors itself. It has no users, and no pages.
var prometheus = &liveServer{
	name: "prometheus", needs: "prometheus", document: "/api/v1/openapi.yaml?openapi_version=3.2", base: "/api/v1",
	start: func(t *testing.T, where, addr, dir string) {
		t.Helper()
		if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "live", "prometheus.config"))); err != nil {
			t.Fatal(err)
		}
		config, err := os.ReadFile(filepath.Join(dir, "prometheus.yml"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "prometheus.yml"), []byte(strings.ReplaceAll(string(config), "ADDRESS", addr)), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(where, "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address="+addr, "--web.enable-admin-api", "--web.enable-lifecycle", "--enable-feature=search-api,query-cost,exemplar-storage")
		cmd.Dir = dir
		startServer(t, cmd, "http://"+addr+"/-/ready")
	},
	values: map[string]any{
		"query scrapePool": "self", "query labels": `{"__address__":"a"}`, "query query": "up", "query label": "job", "path name": "team",
		"query match[]": []string{"up"},
	},
	// Its document says that the result of a text is two texts, and it is a time and a text.
	want: `up: "a b" 1
by POST: 2
text: query: 200 OK: data.result[0]: expected string, found number
range: 3
formatted: sum by (job) (up)
labels: true
limited: 2 [results truncated due to limit]
values: [a b]
series: 1
series by POST: true
search: scrape_duration_seconds
search: ends
rule: "up:sum" "recording"
rule: "AlwaysFiring" "alerting"
syntax: 400 bad_data error
many matches: 422 execution error
pool: 400 bad_data error
30 at once: [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29]
deleted: <nil>
cleaned: <nil>
snapshot: true
event: true Configuration reload has failed.
notifications: 1
`,
}
