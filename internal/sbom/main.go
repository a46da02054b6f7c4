// Sbom prints the bill of materials of a Go program, as CycloneDX JSON: the
// modules that it was built from, with their checksums and licences.
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
	"os/exec"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"unicode"

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
	if id := licence(moduleDir(module)); id != "" {
		c.Licenses = &cyclonedx.Licenses{{License: &cyclonedx.License{ID: id}}}
	}
	if module.Sum != "" { // of the module's files, as go.sum has it: no hash that CycloneDX knows
		c.Properties = &[]cyclonedx.Property{{Name: "go.sum", Value: module.Sum}}
	}
	return c
}

// moduleDir is where the files of a module are: the source of the go command, this
// repository, or the module cache.
func moduleDir(module *debug.Module) string {
	switch {
	case module.Path == "std":
		return goEnv("GOROOT")
	case module.Sum == "": // the main module
		return filepath.Join("..", "..")
	}
	return filepath.Join(goEnv("GOMODCACHE"), escaped(module.Path)+"@"+escaped(module.Version))
}

func goEnv(name string) string {
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// escaped spells a path as the module cache does: an exclamation mark and a small
// letter for a capital.
func escaped(path string) string {
	var b strings.Builder
	for _, r := range path {
		if unicode.IsUpper(r) {
			b.WriteByte('!')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// licences are the identifiers of SPDX, with words that only their texts have, the
// longer texts first.
var licences = []struct {
	id    string
	words []string
}{
	{"Apache-2.0", []string{"Apache License", "Version 2.0"}},
	{"MPL-2.0", []string{"Mozilla Public License", "2.0"}},
	{"BSD-3-Clause", []string{"Redistribution and use in source and binary forms", "Neither the name"}},
	{"BSD-2-Clause", []string{"Redistribution and use in source and binary forms"}},
	{"MIT", []string{"Permission is hereby granted, free of charge", "THE SOFTWARE IS PROVIDED"}},
	{"ISC", []string{"Permission to use, copy, modify, and/or distribute this software"}},
	{"Unlicense", []string{"This is free and unencumbered software"}},
}

// licence recognises the licence of the module in dir; "" if it has none that is
// known.
func licence(dir string) string {
	for _, pattern := range []string{"LICENSE*", "LICENCE*", "COPYING*", "License*", "license*"} {
		names, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			continue
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				continue
			}
			text := strings.Join(strings.Fields(string(data)), " ")
			for _, l := range licences {
				if !slices.ContainsFunc(l.words, func(w string) bool { return !strings.Contains(text, w) }) {
					return l.id
				}
			}
		}
	}
	return ""
}
