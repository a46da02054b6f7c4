package main

import (
	"bytes"
	"debug/buildinfo"
	"os"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
)

// TestWrite describes the test's own program, which is built from the one
// library that this module has.
func TestWrite(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(exe)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := write(&text, info); err != nil {
		t.Fatal(err)
	}
	var bom cyclonedx.BOM
	if err := cyclonedx.NewBOMDecoder(&text, cyclonedx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	found := map[string]cyclonedx.Component{}
	for _, c := range *bom.Components {
		found[c.Name] = c
	}
	if found["std"].Version == "" {
		t.Error("the standard library has no version")
	}
	library := found["github.com/CycloneDX/cyclonedx-go"]
	if library.PackageURL != "pkg:golang/github.com/CycloneDX/cyclonedx-go@"+library.Version || library.Properties == nil {
		t.Errorf("the library is %+v", library)
	}
	for name, want := range map[string]string{"std": "BSD-3-Clause", library.Name: "Apache-2.0"} {
		l := found[name].Licenses
		if l == nil || len(*l) != 1 || (*l)[0].License == nil || (*l)[0].License.ID != want {
			t.Errorf("%s has the licences %+v, want %s", name, l, want)
		}
	}
	if refs := (*bom.Dependencies)[0].Dependencies; len(*refs) != len(*bom.Components) {
		t.Errorf("%d dependencies, %d components", len(*refs), len(*bom.Components))
	}
}
