package project

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/diag"
)

// Config is gen.yaml. The key tags name its keys; required ones are marked.
type Config struct {
	Runtime string   `key:"runtime"`
	Strict  bool     `key:"strict"`
	Lint    Lint     `key:"lint"`
	Clients []Client `key:"clients,required"`
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
		fix := "name it with -c FILE, or say --spec FILE --out DIR"
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, []diag.Diagnostic{fault(diag.Position{File: shown}, "config", fix, "cannot be read: %v", err)}
		}
		return nil, []diag.Diagnostic{fault(diag.Position{File: shown}, "config", fix, "there is no such file")}
	}
	return parseConfig(shown, data)
}

func parseConfig(shown string, data []byte) (*Config, []diag.Diagnostic) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, []diag.Diagnostic{syntaxFault(shown, err)}
	}
	config := &Config{}
	d := &configDecoder{file: shown}
	if len(doc.Content) == 0 {
		d.fail(diag.Position{File: shown}, "list at least one client: its spec and its out", "the file is empty")
		return nil, d.diags
	}
	d.decode(doc.Content[0], config)
	if len(d.diags) == 0 && len(config.Clients) == 0 {
		d.fail(d.position(doc.Content[0]), "list at least one, with its spec and its out", "clients is empty")
	}
	return config, d.diags
}

var unknownAnchor = regexp.MustCompile(`unknown anchor '.*' referenced`)

// syntaxFault makes a diagnostic of a YAML library's error, whose text holds
// the line.
func syntaxFault(shown string, err error) diag.Diagnostic {
	pos := diag.Position{File: shown}
	message := err.Error()
	var line int
	var rest string
	if n, _ := fmt.Sscanf(message, "yaml: line %d: ", &line); n == 1 {
		pos.Line = line
		rest = message[len(fmt.Sprintf("yaml: line %d: ", line)):]
	} else {
		rest = message
	}
	rest = unknownAnchor.ReplaceAllString(rest, "unknown anchor") // the file may be any other
	return fault(pos, "config", "write it as YAML: keys, a colon and a space, values; lists with dashes", "not YAML: %s", rest)
}

func fault(pos diag.Position, code diag.Code, fix, format string, args ...any) diag.Diagnostic {
	return diag.Diagnostic{Pos: pos, Severity: diag.Error, Code: code, Message: fmt.Sprintf(format, args...), Fix: fix}
}
