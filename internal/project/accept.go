package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/review"
)

// This file reads and writes which changes reviewers accepted. The file is reviewed
// like code, in the change that it is about: an entry counts as long as the commit
// that is compared with does not have it, and no longer once it is merged.

// acceptedName is the file, next to the config.
const acceptedName = "gen.accepted"

const acceptedHeader = `# Changes of the API that reviewers accepted: fingerprint and reason. Written by
# "gen diff --accept"; an entry counts until it is merged.
`

// acceptedFile is the file of the project.
func (p *Project) acceptedFile() string { return filepath.Join(filepath.Dir(p.Config), acceptedName) }

// readAccepted notes what was accepted since the older version.
func (p *Project) readAccepted(past *Project, opts *review.Options) []diag.Diagnostic {
	name := p.acceptedFile()
	opts.AcceptedIn = filepath.ToSlash(name)
	now, diags := parseAccepted(p.readFile(), name)
	if len(diags) > 0 {
		return diags
	}
	before, _ := parseAccepted(past.readFile(), name) // what cannot be read there, accepts nothing
	expired := 0
	for fingerprint := range now {
		if before[fingerprint] != "" {
			expired++
			delete(now, fingerprint)
		}
	}
	opts.Accepted = now
	if expired > 0 {
		opts.Notes = append(opts.Notes, fmt.Sprintf("%s has %s that the older version has, too, and that no longer count: delete them", opts.AcceptedIn, diag.Count(expired, "line")))
	}
	return nil
}

// parseAccepted reads the file; nothing is accepted without one.
func parseAccepted(read FileReader, name string) (map[string]string, []diag.Diagnostic) {
	accepted := map[string]string{}
	data, err := read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return accepted, nil
	}
	pos := diag.Position{File: filepath.ToSlash(name)}
	if err != nil {
		return nil, []diag.Diagnostic{fault(pos, "accepted", "make the file readable", "cannot be read: %v", err)}
	}
	var diags []diag.Diagnostic
	for line := range bytes.Lines(data) {
		pos.Line++
		text := strings.TrimSpace(string(line))
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		fingerprint, reason, _ := strings.Cut(text, " ")
		if reason = strings.TrimSpace(reason); reason == "" {
			diags = append(diags, fault(pos, "accepted", "write the reason behind the fingerprint", "%s has no reason", fingerprint))
			continue
		}
		accepted[fingerprint] = reason
	}
	return accepted, diags
}

// Accept adds an entry to the file: the change of that fingerprint is accepted. It
// returns where.
func (p *Project) Accept(report *review.Report, fingerprint, reason string) (string, []diag.Diagnostic) {
	name := p.acceptedFile()
	pos := diag.Position{File: filepath.ToSlash(name)}
	lines := report.Acceptable()
	if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, fingerprint+" ") }) {
		fix := "there is nothing to accept"
		if len(lines) > 0 {
			fix = "it can be " + strings.Join(lines, "\n\tor ")
		}
		return "", []diag.Diagnostic{fault(diag.Position{}, "accepted", fix, "--accept %s: no change that breaks or may break has this fingerprint", fingerprint)}
	}
	data, err := p.readFile()(name)
	if errors.Is(err, fs.ErrNotExist) {
		data, err = []byte(acceptedHeader), nil
	}
	if err == nil {
		if len(data) > 0 && data[len(data)-1] != '\n' {
			data = append(data, '\n')
		}
		data = append(data, fingerprint+" "+strings.Join(strings.Fields(reason), " ")+"\n"...)
		if _, missing := os.Lstat(name); missing != nil {
			err = os.WriteFile(name, data, 0o644)
		} else {
			err = replaceFile(name, data)
		}
	}
	if err != nil {
		return "", []diag.Diagnostic{fault(pos, "accepted", "make the file writable", "cannot be written: %v", err)}
	}
	return pos.File, nil
}
