package api

import (
	"runtime/debug"
	"strings"
	"sync"
)

// version is the release of docwright that wrote this copy of the runtime. It is ""
// if that was a build from a checkout, and where the runtime is a module, whose
// version programs know.
const version = ""

// runtimeVersion returns the release of docwright that this package is of, such as
// "1.2.0"; "" if it is not known.
func runtimeVersion() string {
	//gen:only api.programVersion
	if version == "" {
		return programVersion()
	}
	return strings.TrimPrefix(version, "v")
}

// programVersion is the version of the runtime's module in this program.
var programVersion = sync.OnceValue(func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return moduleVersion(info)
})

// runtimeModule is the module of the runtime, for clients that import it.
const runtimeModule = "github.com/docwright/docwright/generated/runtime"

// moduleVersion returns the version that a program has of the runtime's module.
func moduleVersion(info *debug.BuildInfo) string {
	for _, m := range info.Deps {
		if m.Path != runtimeModule {
			continue
		}
		if m.Replace != nil {
			m = m.Replace
		}
		if strings.HasPrefix(m.Version, "v") { // not (devel)
			return m.Version[1:]
		}
	}
	return ""
}
