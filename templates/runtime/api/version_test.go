package api

import (
	"runtime/debug"
	"testing"
)

func TestModuleVersion(t *testing.T) {
	released := &debug.Module{Path: runtimeModule, Version: "v1.2.0"}
	for want, m := range map[string]*debug.Module{
		"1.2.0": released,
		"":      {Path: runtimeModule, Version: "(devel)"},
		"1.3.0": {Path: runtimeModule, Version: "v1.2.0", Replace: &debug.Module{Path: "example.com/fork", Version: "v1.3.0"}},
	} {
		info := &debug.BuildInfo{Main: debug.Module{Path: "example.com/app", Version: "v9.0.0"}, Deps: []*debug.Module{{Path: "example.com/other", Version: "v7.0.0"}, m}}
		if got := moduleVersion(info); got != want {
			t.Errorf("%+v: %q, want %q", m, got, want)
		}
	}
}

func TestUserAgent(t *testing.T) {
	for _, c := range []struct{ product, version, want string }{
		{"pets", "", "pets (docwright)"},
		{"pets", "1.2.0", "pets (docwright 1.2.0)"},
		{"", "", "docwright"},
		{"", "1.2.0", "docwright/1.2.0"},
	} {
		if got := userAgent(c.product, c.version); got != c.want {
			t.Errorf("%q, %q: %q, want %q", c.product, c.version, got, c.want)
		}
	}
}
