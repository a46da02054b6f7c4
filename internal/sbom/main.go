// Sbom prints the bill of materials of a Go program, as CycloneDX JSON: the
// modules that it was built from, with their checksums.
//
//	go run . PROGRAM
//
// It is a module of its own, so that its dependency is not one of the
// generator's.
package main

import (
	"debug/buildinfo"
	"fmt"
	"io"
	"os"
	"path"
	"runtime/debug"
	"strings"

	"github.com/CycloneDX/cyclonedx-go"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: sbom PROGRAM")
		os.Exit(2)
	}
	info, err := buildinfo.ReadFile(os.Args[1])
	if err == nil {
		err = write(os.Stdout, info)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write prints the bill of materials of what info describes.
func write(w io.Writer, info *debug.BuildInfo) error {
	program := component(&info.Main)
	program.Type = cyclonedx.ComponentTypeApplication
	program.Name = path.Base(info.Path)
	list := []cyclonedx.Component{component(&debug.Module{Path: "std", Version: strings.TrimPrefix(info.GoVersion, "go")})}
	for _, module := range info.Deps {
		list = append(list, component(module))
	}
	var refs []string
	for _, c := range list {
		refs = append(refs, c.BOMRef)
	}
	bom := cyclonedx.NewBOM()
	bom.Metadata = &cyclonedx.Metadata{Component: &program}
	bom.Components = &list
	bom.Dependencies = &[]cyclonedx.Dependency{{Ref: program.BOMRef, Dependencies: &refs}}
	encoder := cyclonedx.NewBOMEncoder(w, cyclonedx.BOMFileFormatJSON)
	encoder.SetPretty(true)
	return encoder.Encode(bom)
}

// component describes a module; one that is replaced, by what replaces it.
func component(module *debug.Module) cyclonedx.Component {
	for module.Replace != nil {
		module = module.Replace
	}
	url := "pkg:golang/" + module.Path + "@" + module.Version
	c := cyclonedx.Component{
		BOMRef: url, Type: cyclonedx.ComponentTypeLibrary, Name: module.Path, Version: module.Version, PackageURL: url,
	}
	if module.Sum != "" { // of the module's files, as go.sum has it: no hash that CycloneDX knows
		c.Properties = &[]cyclonedx.Property{{Name: "go.sum", Value: module.Sum}}
	}
	return c
}
