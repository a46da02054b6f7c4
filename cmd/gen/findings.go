package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/lint"
	"github.com/docwright/docwright/internal/load"
)

// printFindings prints what gen lint found to stdout, as --format says.
func (a *app) printFindings(run *lintRun) {
	switch a.format {
	case "json":
		writeJSON(a.stdout, newLintReport(run))
		return
	case "sarif":
		enc := json.NewEncoder(a.stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		enc.Encode(newSARIF(run.findings, repositoryRoot())) //nolint:errcheck // like any printing
		return
	}
	for _, d := range run.findings {
		if a.format == "github" {
			fmt.Fprintln(a.stdout, annotation(newMessage(d)))
		} else {
			fmt.Fprintln(a.stdout, coded(d))
		}
	}
	fmt.Fprintln(a.stdout, run.summary())
}

// summary counts what was found, and says what was not shown.
func (run *lintRun) summary() string {
	text := fmt.Sprintf("%s: %s, %s, %s", count(run.documents, "document"), count(run.counts[load.Error], "error"),
		count(run.counts[load.Warning], "warning"), count(run.counts[load.Info], "info"))
	if hidden := run.counts[load.Error] + run.counts[load.Warning] + run.counts[load.Info] - len(run.findings); hidden > 0 {
		text += fmt.Sprintf("; %d not shown: see --level", hidden)
	}
	if run.ignored > 0 {
		text += fmt.Sprintf("; %d ignored", run.ignored)
	}
	return text
}

// lintReport is what gen lint --format json prints.
type lintReport struct {
	Findings []message `json:"findings"`
	Errors   int       `json:"errors"`
	Warnings int       `json:"warnings"`
	Infos    int       `json:"infos"`
	Ignored  int       `json:"ignored"`
}

func newLintReport(run *lintRun) lintReport {
	r := lintReport{Findings: []message{}, Errors: run.counts[load.Error], Warnings: run.counts[load.Warning], Infos: run.counts[load.Info], Ignored: run.ignored}
	for _, d := range run.findings {
		r.Findings = append(r.Findings, newMessage(d))
	}
	return r
}

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

// newSARIF makes a SARIF log of findings. Files are named relative to root.
func newSARIF(findings []load.Diagnostic, root string) sarifLog {
	driver := sarifDriver{Name: "gen lint", Version: generatorVersion(), InformationURI: "https://github.com/docwright/docwright", Rules: []sarifRule{}}
	run := sarifRun{
		ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
		BaseIDs: map[string]sarifMessage{sourceRoot: {sarifText{Text: "The root of the repository."}}},
	}
	at := map[string]int{}
	for _, rule := range lint.Rules() {
		if slices.ContainsFunc(findings, func(d load.Diagnostic) bool { return lint.CodeOf(d.Code) == rule.Code }) {
			at[rule.Code] = len(driver.Rules)
			driver.Rules = append(driver.Rules, newSARIFRule(rule))
		}
	}
	seen := map[string]int{}
	for _, d := range findings {
		code := lint.CodeOf(d.Code)
		index, known := at[code]
		if !known {
			continue // lint.Check returns findings of rules only; a test holds it
		}
		result := sarifResult{RuleID: code, RuleIndex: index, Level: sarifLevel(d.Severity), Message: sarifText{Text: d.Message}}
		if d.Fix != "" {
			result.Message.Text += "\n" + d.Fix
		}
		name, inside := relativeName(root, d.Pos.File)
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

func newSARIFRule(r lint.Rule) sarifRule {
	help := fmt.Sprintf("%s\n\n%s", r.Why, r.Fix)
	return sarifRule{
		ID: r.Code, Name: r.Name, Short: sarifText{Text: capital(r.What) + "."}, Full: sarifText{Text: r.Why},
		Help: sarifText{
			Text:     help,
			Markdown: fmt.Sprintf("%s\n\nBad:\n\n```yaml\n%s\n```\n\nGood:\n\n```yaml\n%s\n```\n", help, r.Bad, r.Good),
		},
		Defaults: sarifDefault{Level: sarifLevel(r.Severity)},
	}
}

func sarifPlaceOf(name string, inside bool, pos load.Position) sarifPlace {
	place := sarifPlace{Artifact: sarifArtifact{URI: (&url.URL{Path: name}).String(), BaseID: sourceRoot}}
	if !inside {
		place.Artifact = sarifArtifact{URI: (&url.URL{Scheme: "file", Path: name}).String()}
	}
	if pos.Line > 0 {
		place.Region = &sarifRegion{StartLine: pos.Line, StartColumn: pos.Col}
	}
	return place
}

func sarifLevel(s load.Severity) string {
	return map[load.Severity]string{load.Info: "note", load.Warning: "warning", load.Error: "error"}[s]
}

// places are positions within messages, which move with every line above them.
var places = regexp.MustCompile(`\S+:\d+:\d+|\b\d+ of \d+\b`)

// fingerprint tells a finding from others wherever it moves within its file.
func fingerprint(code, name, message string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{code, name, places.ReplaceAllString(message, "")}, "\n")))
	return hex.EncodeToString(sum[:8])
}

// coded spells a diagnostic as text, with the code of its rule.
func coded(d load.Diagnostic) string {
	if code := lint.CodeOf(d.Code); code != "" {
		d.Message += " [" + code + "]"
	}
	return d.String()
}

// ruleTitle names a diagnostic's rule in an annotation.
func ruleTitle(m message) string {
	return strings.TrimSpace("gen " + cmp.Or(m.Rule, m.Code))
}
