// Package splice changes YAML and JSON documents by insertions of text, so that
// every byte outside them stays as it is: comments, order, quotes, anchors and
// line ends. It knows positions and nothing about OpenAPI, but $ref.
package splice

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// File is a document with the insertions that are planned in it.
type File struct {
	Path string
	Old  []byte // as it is on the disk; nil for a new file
	Data []byte // as it is to be
	Root *yaml.Node
	JSON bool

	starts []int // offsets of the lines of Data
	indent int   // of nested mappings
	crlf   bool

	pending []change
	added   map[added]bool
}

// Set is a document with the files that it refers to.
type Set struct {
	Main  *File
	files map[string]*File
}

// maxFile is the size of the largest document.
const maxFile = 64 << 20

// Open reads the main document; others are read when a reference leads to them.
func Open(path string) (*Set, error) {
	s := &Set{files: map[string]*File{}}
	f, err := s.File(path)
	if err != nil {
		return nil, err
	}
	s.Main = f
	return s, nil
}

// File returns a file of the set, read if it is not there.
func (s *Set) File(path string) (*File, error) {
	path = filepath.Clean(path)
	if f, ok := s.files[path]; ok {
		if f == nil {
			return nil, os.ErrNotExist
		}
		return f, nil
	}
	info, err := os.Stat(path)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxFile) {
		err = fmt.Errorf("%s is not a regular file of at most %d MB", filepath.ToSlash(path), maxFile>>20)
	}
	var data []byte
	if err == nil {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		s.files[path] = nil
		return nil, err
	}
	f := &File{Path: path, Old: data, Data: data}
	if err := f.parse(); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.ToSlash(path), err)
	}
	s.files[path] = f
	return f, nil
}

// Create adds a new file.
func (s *Set) Create(path string, data []byte) (*File, error) {
	f := &File{Path: filepath.Clean(path), Data: data}
	if err := f.parse(); err != nil {
		return nil, err
	}
	s.files[f.Path] = f
	return f, nil
}

// Changed lists the files with insertions, sorted by path.
func (s *Set) Changed() []*File {
	var out []*File
	for _, f := range s.files {
		if f != nil && (f.Old == nil || !bytes.Equal(f.Old, f.Data)) {
			out = append(out, f)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out
}

// Files lists the files that were read, sorted by path.
func (s *Set) Files() []*File {
	var out []*File
	for _, f := range s.files {
		if f != nil {
			out = append(out, f)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out
}

func (f *File) parse() error {
	var doc yaml.Node
	if err := yaml.Unmarshal(f.Data, &doc); err != nil {
		return err
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return errors.New("not a mapping")
	}
	f.Root = doc.Content[0]
	f.JSON = f.Root.Style&yaml.FlowStyle != 0
	f.crlf = bytes.Contains(f.Data, []byte("\r\n"))
	f.starts = append(f.starts[:0], 0)
	for i, c := range f.Data {
		if c == '\n' {
			f.starts = append(f.starts, i+1)
		}
	}
	f.habits()
	return nil
}

// habits reads the indent of nested mappings from the first one.
func (f *File) habits() {
	f.indent = 2
	for i := 1; i < len(f.Root.Content); i += 2 {
		v := f.Root.Content[i]
		if v.Kind == yaml.MappingNode && v.Style&yaml.FlowStyle == 0 && len(v.Content) > 0 {
			if n := v.Content[0].Column - f.Root.Content[0].Column; n > 1 && n < 9 {
				f.indent = n
				return
			}
		}
	}
}

// line returns a line, counted from 1, without its end.
func (f *File) line(n int) string {
	if n < 1 || n > len(f.starts) {
		return ""
	}
	end := len(f.Data)
	if n < len(f.starts) {
		end = f.starts[n]
	}
	return strings.TrimRight(string(f.Data[f.starts[n-1]:end]), "\r\n")
}

// offset returns the offset of a position.
func (f *File) offset(line, col int) int {
	if line < 1 || line > len(f.starts) {
		return len(f.Data)
	}
	at := f.starts[line-1]
	for ; col > 1 && at < len(f.Data); col-- {
		_, n := utf8.DecodeRune(f.Data[at:])
		at += n
	}
	return at
}

// Position returns the place of a node, as file, line and column.
func (f *File) Position(n *yaml.Node) (string, int, int) { return f.Path, n.Line, n.Column }

// Cursor is a node in its file.
type Cursor struct {
	Set  *Set
	File *File
	Node *yaml.Node
}

// Root is the mapping of the main document.
func (s *Set) Root() Cursor { return Cursor{s, s.Main, s.Main.Root} }

// OK reports whether the cursor is at a node.
func (c Cursor) OK() bool { return c.Node != nil }

// Resolve follows aliases and $ref.
func (c Cursor) Resolve() Cursor {
	for range 50 {
		if !c.OK() {
			return c
		}
		if c.Node.Kind == yaml.AliasNode {
			c.Node = c.Node.Alias
			continue
		}
		ref := c.Ref()
		if ref == "" {
			return c
		}
		c = c.Follow(ref)
	}
	return Cursor{}
}

// Ref returns the $ref of the node, "" without one.
func (c Cursor) Ref() string {
	if n := child(c.Node, "$ref"); n != nil && n.Kind == yaml.ScalarNode {
		return n.Value
	}
	return ""
}

// Follow returns the target of a reference of this file.
func (c Cursor) Follow(ref string) Cursor {
	name, fragment, _ := strings.Cut(ref, "#")
	f := c.File
	if name != "" {
		if strings.Contains(name, "://") {
			return Cursor{}
		}
		var err error
		if f, err = c.Set.File(filepath.Join(filepath.Dir(c.File.Path), filepath.FromSlash(name))); err != nil {
			return Cursor{}
		}
	}
	at := Cursor{c.Set, f, f.Root}
	for _, part := range strings.Split(strings.TrimPrefix(fragment, "/"), "/") {
		if part == "" {
			continue
		}
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		if at.Node != nil && at.Node.Kind == yaml.AliasNode {
			at.Node = at.Node.Alias
		}
		at.Node = child(at.Node, part)
		if at.Node == nil {
			return Cursor{}
		}
	}
	return at
}

func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// Get returns a member as it is written, references not followed.
func (c Cursor) Get(key string) Cursor {
	return Cursor{c.Set, c.File, child(c.Node, key)}
}

// At follows members and references.
func (c Cursor) At(keys ...string) Cursor {
	for _, k := range keys {
		c = c.Resolve().Get(k)
	}
	return c.Resolve()
}

// Text returns a scalar's value.
func (c Cursor) Text() string {
	if c.Node == nil || c.Node.Kind != yaml.ScalarNode {
		return ""
	}
	return c.Node.Value
}

// Keys lists the keys of a mapping.
func (c Cursor) Keys() []string {
	if c.Node == nil || c.Node.Kind != yaml.MappingNode {
		return nil
	}
	var out []string
	for i := 0; i+1 < len(c.Node.Content); i += 2 {
		out = append(out, c.Node.Content[i].Value)
	}
	return out
}

// Items lists the items of a sequence.
func (c Cursor) Items() []Cursor {
	if c.Node == nil || c.Node.Kind != yaml.SequenceNode {
		return nil
	}
	var out []Cursor
	for _, n := range c.Node.Content {
		out = append(out, Cursor{c.Set, c.File, n})
	}
	return out
}

// Cursor is the mapping of a file.
func (s *Set) Cursor(f *File) Cursor { return Cursor{s, f, f.Root} }

// New makes a set of a main document that does not exist yet.
func New(path string, data []byte) (*Set, error) {
	s := &Set{files: map[string]*File{}}
	f, err := s.Create(path, data)
	s.Main = f
	return s, err
}

// Comment reports whether a comment on a line, or on the line above, begins
// with a text.
func (f *File) Comment(line int, text string) bool {
	return strings.Contains(f.line(line), text) || strings.HasPrefix(strings.TrimSpace(f.line(line-1)), text)
}
