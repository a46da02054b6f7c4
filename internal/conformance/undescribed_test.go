package conformance

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/exchange"
)

// openObjects match the places of documented bodies that may have any members,
// by API: the pages show maps there, or objects without a member.
var openObjects = map[string]*regexp.Regexp{
	"clarus": regexp.MustCompile(`/(mapping_fields(/0)?|operation_type_fields|configuration|scheduled-report-ftp-recipients/data/0)$` +
		`|^stocks\.(move|hold) /data/attributes$`),
	"ctrlhub": regexp.MustCompile(`/(identities/0/meta|model|payload|works_location_coordinates|query|headers)$` +
		`|/view/sections/0/(conditions|rows/0/columns/0/blocks/0)$` +
		`|^documentContents\.\w+ /data(/0)?/attributes$|^documents.list /included/0/attributes$|^submissions.listVersions /data/0/attributes/content$`),
}

// TestUndescribed adds a member to every object of every documented body, and
// expects that it is found, with its position. Places that allow any members
// are listed above.
func TestUndescribed(t *testing.T) {
	for _, a := range apis {
		t.Run(a.name, func(t *testing.T) {
			spec := a.loadSpec(t)
			open, tried := map[string]bool{}, map[string]bool{}
			for _, ex := range a.exchanges(t) {
				if found := exchange.FindUndescribed(spec, ex); len(found) > 0 {
					t.Errorf("%s: %+v", ex.File, found)
				}
				for _, m := range messages(ex) {
					documented := m.Body
					for _, path := range objectPaths(t, documented) {
						place := ex.OperationID + " /" + strings.Join(path, "/")
						side := fmt.Sprint(m == &ex.Request.Message, " ", place)
						if tried[side] {
							continue // a variant of the operation had it
						}
						tried[side] = true
						m.Body = withMember(t, documented, path, "page_wdth")
						found := exchange.FindUndescribed(spec, ex)
						if len(found) == 1 && slices.Equal(found[0].Path, append(slices.Clone(path), "page_wdth")) {
							continue
						}
						if len(found) > 0 {
							t.Errorf("%s: /%s: found %+v", ex.File, strings.Join(path, "/"), found)
						}
						open[place] = true
					}
					m.Body = documented
				}
			}
			for place := range open {
				if !openObjects[a.name].MatchString(place) {
					t.Errorf("%s: page_wdth is not found", place)
				}
			}
		})
	}
}

// messages returns the messages of an exchange that have a body of JSON.
func messages(ex *exchange.Exchange) []*exchange.Message {
	all := []*exchange.Message{&ex.Request.Message}
	if ex.Response != nil {
		all = append(all, &ex.Response.Message)
	}
	return slices.DeleteFunc(all, func(m *exchange.Message) bool { return m.Body == nil || !exchange.IsJSON(m.Header.Get("Content-Type")) })
}

// objectPaths returns the paths to all objects of a body.
func objectPaths(t *testing.T, body []byte) [][]string {
	t.Helper()
	value, err := parseJSON(body)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	var walk func(path []string, value any)
	walk = func(path []string, value any) {
		switch value := value.(type) {
		case map[string]any:
			all = append(all, path)
			for name, member := range value {
				walk(append(slices.Clone(path), name), member)
			}
		case []any:
			if len(value) > 0 {
				walk(append(slices.Clone(path), "0"), value[0])
			}
		}
	}
	walk(nil, value)
	return all
}

// withMember returns a body with a member more in the object at path.
func withMember(t *testing.T, body []byte, path []string, name string) []byte {
	t.Helper()
	value, err := parseJSON(body)
	if err != nil {
		t.Fatal(err)
	}
	below := value
	for _, step := range path {
		switch outer := below.(type) {
		case map[string]any:
			below = outer[step]
		case []any:
			below = outer[0] // the only item that objectPaths looks at
		}
	}
	object, ok := below.(map[string]any)
	if !ok {
		t.Fatalf("no object at %v", path)
	}
	object[name] = 7
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
