package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/load"
)

// Config is gen.yaml. The key tags name its keys; required ones are marked.
type Config struct {
	Runtime string   `key:"runtime"`
	Keep    []string `key:"keep"`
	Publish string   `key:"publish"`
	Strict  bool     `key:"strict"`
	Lint    Lint     `key:"lint"`
	Review  Review   `key:"review"`
	Clients []Client `key:"clients,required"`

	at map[string]diag.Position // of its keys
}

// Review is what gen.yaml says about the report of gen diff.
type Review struct {
	Severity  map[string]string `key:"severity"`  // rule → "breaking", "warning", "info" or "none"
	Stability map[string]string `key:"stability"` // level of x-stability → what a change is at most

	at map[string]diag.Position // of its keys
}

// Client is one client package.
type Client struct {
	Spec     string            `key:"spec,required"`
	Out      string            `key:"out,required"`
	Package  string            `key:"package"`
	Overlays []string          `key:"overlays"`
	Refs     []string          `key:"refs"`
	Formats  map[string]string `key:"formats"`
	Types    map[string]string `key:"types"`
	Include  Include           `key:"include"`
	Lenient  bool              `key:"lenient"`
	Split    bool              `key:"split"`
	Fake     bool              `key:"fake"`

	pos diag.Position            // of the client in gen.yaml
	at  map[string]diag.Position // of its keys
}

// Include selects operations.
type Include struct {
	Tags       []string `key:"tags"`
	Paths      []string `key:"paths"`
	Operations []string `key:"operations"`
}

// position returns where key is set, or where the client is.
func (c *Client) position(key string) diag.Position {
	if pos, ok := c.at[key]; ok {
		return pos
	}
	return c.pos
}

// readConfig reads the config file.
func readConfig(read FileReader, name string) (*Config, []diag.Diagnostic) {
	shown := filepath.ToSlash(name)
	data, err := read(name)
	if err != nil {
		fix := "run gen init to write one, or name it with -c FILE"
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, []diag.Diagnostic{fault(diag.Position{File: shown}, "config", fix, "cannot be read: %v", err)}
		}
		return nil, []diag.Diagnostic{fault(diag.Position{File: shown}, "config", fix, "there is no such file")}
	}
	return parseConfig(shown, data)
}

func parseConfig(shown string, data []byte) (*Config, []diag.Diagnostic) {
	d := &configDecoder{}
	if len(strings.TrimSpace(string(data))) == 0 {
		d.fail(diag.Position{File: shown}, "list at least one client: its spec and its out", "the file is empty")
		return nil, d.diags
	}
	root, diags := load.Parse(shown, data)
	for i := range diags {
		diags[i].Code = "config"
		diags[i].Fix = strings.TrimSuffix(diags[i].Fix, "; this one is used") // neither is
	}
	if root == nil {
		if len(diags) == 1 && diags[0].Pos.Line == 0 { // it has comments, say, and nothing else
			diags[0].Message, diags[0].Fix = "the file is empty", "list at least one client: its spec and its out"
		}
		return nil, diags
	}
	config := &Config{}
	if !d.decode(root, config) {
		return nil, d.diags // without what the reader noticed, which quotes
	}
	for _, problem := range diags { // a key that is set twice, say
		problem.Severity = diag.Error
		d.diags = append(d.diags, problem)
	}
	diag.Sort(d.diags)
	return config, d.diags
}

func fault(pos diag.Position, code diag.Code, fix, format string, args ...any) diag.Diagnostic {
	return diag.Diagnostic{Pos: pos, Severity: diag.Error, Code: code, Message: fmt.Sprintf(format, args...), Fix: fix}
}

// ConfigName is how a config is called.
const ConfigName = "gen.yaml"

// FindConfig returns the config for the working directory: gen.yaml in it or in a
// directory above, up to the root of the repository or module, or else
// spec/gen.yaml, here or at that root. Without one it returns "gen.yaml".
func FindConfig() string {
	wd, err := os.Getwd()
	if err != nil {
		return ConfigName
	}
	root := input.Repository(wd)
	var names []string
	for dir := wd; ; dir = filepath.Dir(dir) {
		names = append(names, filepath.Join(dir, ConfigName))
		if dir == root || dir == filepath.Dir(dir) {
			break
		}
	}
	names = append(names, filepath.Join(wd, "spec", ConfigName), filepath.Join(root, "spec", ConfigName))
	for _, name := range names {
		if info, err := os.Lstat(name); err == nil && !info.IsDir() {
			if rel, err := filepath.Rel(wd, name); err == nil {
				return rel
			}
		}
	}
	return ConfigName
}
