package project

import "testing"

// TestRuntimeVersion compares the version of the runtime in go.mod with gen's.
func TestRuntimeVersion(t *testing.T) {
	const runtimePath = RuntimeModule
	fits := map[string]string{runtimePath: "v0.3.0"}
	for _, test := range []struct {
		name             string
		requires         map[string]string
		replaced         bool
		gen, message, do string
	}{
		{"fits", fits, false, "v0.3.0", "", ""},
		{"older", fits, false, "v0.4.0", "requires " + runtimePath + " v0.3.0, and this gen writes clients for v0.4.0", "run go get " + runtimePath + "@v0.4.0"},
		{"newer", fits, false, "v0.2.0", "requires " + runtimePath + " v0.3.0, and this gen writes clients for v0.2.0", "run go get " + runtimePath + "@v0.2.0"},
		{"replaced", fits, true, "v0.4.0", "", ""},
		{"a checkout", fits, false, "devel", "", ""},
		{"missing", nil, false, "v0.4.0", "does not require " + runtimePath + ", which the clients import (runtime: module)", "run go get " + runtimePath + "@v0.4.0"},
		{"missing, from a checkout", nil, false, "devel", "does not require " + runtimePath + ", which the clients import (runtime: module)", "run go get " + runtimePath},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := &job{imported: true, mod: &module{root: "/app", path: "example.com/app", requires: test.requires, replaces: map[string]bool{runtimePath: test.replaced}}}
			message, do := "", ""
			for _, d := range j.checkModule(test.gen) {
				message, do = d.Message, d.Fix
			}
			if message != test.message || do != test.do {
				t.Errorf("got %q, %q", message, do)
			}
		})
	}
}
