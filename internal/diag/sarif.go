package diag

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The parts of SARIF 2.1.0 that findings need:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool               `json:"tool"`
		ColumnKind string                  `json:"columnKind"`
		BaseIDs    map[string]sarifMessage `json:"originalUriBaseIds"`
		Results    []sarifResult           `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID       string       `json:"id"`
		Name     string       `json:"name"`
		Short    sarifText    `json:"shortDescription"`
		Full     sarifText    `json:"fullDescription"`
		Help     sarifText    `json:"help"`
		Defaults sarifDefault `json:"defaultConfiguration"`
	}
	sarifDefault struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifMessage struct {
		Description sarifText `json:"description"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations,omitempty"`
		Fingerprints map[string]string `json:"partialFingerprints"`
	}
	sarifLocation struct {
		Physical sarifPlace `json:"physicalLocation"`
	}
	sarifPlace struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI    string `json:"uri"`
		BaseID string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
)

// sourceRoot is what SARIF calls the root of the repository.
const sourceRoot = "%SRCROOT%"

// Rule is the documentation of a kind of finding.
type Rule struct {
	ID       string // e.g. "DW004"
	Name     string // e.g. "dangling-ref"
	Severity Severity
	Short    string // a sentence
	Full     string
	Help     string // how to fix it, as text
	Markdown string // Help with examples
}

// SARIF writes findings as a SARIF log. Files are named relative to root, the
// directory of the repository. A finding of no rule is left out.
func (p *Printer) SARIF(findings []Diagnostic, rules []Rule, ruleOf func(Code) string, version, root string) {
	p.JSON(newSARIF(findings, rules, ruleOf, version, root), "  ")
}

func newSARIF(findings []Diagnostic, rules []Rule, ruleOf func(Code) string, version, root string) sarifLog {
	driver := sarifDriver{Name: "gen lint", Version: version, InformationURI: "https://github.com/docwright/docwright", Rules: []sarifRule{}}
	run := sarifRun{
		ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
		BaseIDs: map[string]sarifMessage{sourceRoot: {sarifText{Text: "The root of the repository."}}},
	}
	at := map[string]int{}
	for _, rule := range rules {
		if slices.ContainsFunc(findings, func(d Diagnostic) bool { return ruleOf(d.Code) == rule.ID }) {
			at[rule.ID] = len(driver.Rules)
			driver.Rules = append(driver.Rules, newSARIFRule(rule))
		}
	}
	seen := map[string]int{}
	for _, d := range findings {
		code := ruleOf(d.Code)
		index, known := at[code]
		if !known {
			continue
		}
		result := sarifResult{RuleID: code, RuleIndex: index, Level: sarifLevel(d.Severity), Message: sarifText{Text: d.Message}}
		if d.Fix != "" {
			result.Message.Text += "\n" + d.Fix
		}
		name, inside := relativeTo(root, d.Pos.File)
		if d.Pos.File != "" {
			result.Locations = []sarifLocation{{sarifPlaceOf(name, inside, d.Pos)}}
		}
		key := fingerprint(code, name, d.Message)
		seen[key]++
		result.Fingerprints = map[string]string{"docwright/v1": fmt.Sprintf("%s:%d", key, seen[key])}
		run.Results = append(run.Results, result)
	}
	run.Tool.Driver = driver
	return sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{run},
	}
}

func newSARIFRule(r Rule) sarifRule {
	return sarifRule{
		ID: r.ID, Name: r.Name, Short: sarifText{Text: r.Short}, Full: sarifText{Text: r.Full},
		Help: sarifText{Text: r.Help, Markdown: r.Markdown}, Defaults: sarifDefault{Level: sarifLevel(r.Severity)},
	}
}

func sarifPlaceOf(name string, inside bool, pos Position) sarifPlace {
	place := sarifPlace{Artifact: sarifArtifact{URI: (&url.URL{Path: name}).String(), BaseID: sourceRoot}}
	if !inside {
		place.Artifact = sarifArtifact{URI: (&url.URL{Scheme: "file", Path: name}).String()}
	}
	if pos.Line > 0 {
		place.Region = &sarifRegion{StartLine: pos.Line, StartColumn: pos.Col}
	}
	return place
}

func sarifLevel(s Severity) string {
	return map[Severity]string{Info: "note", Warning: "warning", Error: "error"}[s]
}

// places are positions within messages, which move with every line above them.
var places = regexp.MustCompile(`\S+:\d+:\d+|\b\d+ of \d+\b`)

// fingerprint tells a finding from others wherever it moves within its file.
func fingerprint(code, name, message string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{code, name, places.ReplaceAllString(message, "")}, "\n")))
	return hex.EncodeToString(sum[:8])
}

// relativeTo names a file as seen from base, with slashes; ok is false for
// one outside of it.
func relativeTo(base, name string) (rel string, ok bool) {
	abs, err := filepath.Abs(filepath.FromSlash(name))
	if err != nil {
		return filepath.ToSlash(name), false
	}
	rel, err = filepath.Rel(base, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return filepath.ToSlash(abs), false
	}
	return filepath.ToSlash(rel), true
}
