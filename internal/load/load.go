// Package load reads an OpenAPI document into a tree that knows order and
// positions: File parses JSON and YAML, applies overlays, resolves every
// reference and reports what is wrong, each with its place and a way out.
//
// The tree, not kin-openapi's structs, carries the document through the
// generator: malformed values survive in it, and documents that break the
// standard can be read as far as they make sense. kin-openapi validates what it
// holds, when asked (Options.Strict).
package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"

	"github.com/docwright/docwright/internal/input"
)

// Options says how a document is loaded.
type Options struct {
	Strict   bool                         // every warning is an error, and kin-openapi validates as well
	Complete bool                         // a $ref that points at nothing is an error, though there is a document
	Validate bool                         // kin-openapi validates as well, examples and defaults aside; what it finds are warnings
	Overlays []string                     // OpenAPI Overlay documents, applied in order
	Refs     []string                     // directories, beside the document's own, that $refs may point into
	Remote   Remote                       // fetches what $refs to the network lead to; nil for nothing
	ReadFile func(string) ([]byte, error) // reads files; nil means the file system. What it returns must not change afterwards
	Limits   Limits                       // what a document may ask for; zero fields mean the defaults
}

// Remote fetches files from the network.
type Remote interface {
	Allows(url string) bool         // whether url may be fetched at all
	Get(url string) ([]byte, error) // what it holds
}

// Limits bounds what a document can make the loader do, so that a hostile one
// ends in a message. Microsoft Graph's 35 MB are well within.
type Limits struct {
	Size    int // bytes of a file; default 90 MB
	Nodes   int // values of a file; default 4 million, about 1 GB of memory
	Depth   int // nesting of values; default 1,000
	Aliased int // values made by expanding YAML aliases, in a file; default 1 million, and at most 100,000 or one for each byte
	Copied  int // values of path items that are used again; default 100,000
	Number  int // characters of a number; default 1,000
	Files   int // files of a document; default 10,000
	Hops    int // files of the network between the document and another such file; default 8
}

func (l Limits) withDefaults() Limits {
	set := func(v *int, def int) {
		if *v <= 0 {
			*v = def
		}
	}
	set(&l.Size, 90_000_000)
	set(&l.Nodes, 4_000_000)
	set(&l.Depth, 1000)
	set(&l.Aliased, 1_000_000)
	set(&l.Copied, 100_000)
	set(&l.Number, 1000)
	set(&l.Files, 10_000)
	set(&l.Hops, 8)
	return l
}

// SourceFile is one file of a document.
type SourceFile struct {
	Name   string // as shown to users: the root's path as given, others beside it; a URL if it was fetched
	Data   []byte
	Root   *Node // nil when the file could not be read
	Remote bool  // it was fetched

	rel     string               // slash path relative to the root file's directory; "" for the root file; a URL if it was fetched
	path    string               // cleaned path, or a URL
	url     *url.URL             // where it was fetched; nil for a file
	hops    int                  // how many fetched files lead to it, itself included
	dir     string               // its directory
	missing error                // why the file could not be read
	refs    map[string]refResult // by the text of the reference
	anchors map[string]*Node     // by $anchor, once one was asked for
}

func (f *SourceFile) name() string {
	if f == nil {
		return ""
	}
	return f.Name
}

// Document is a loaded document: its root file and those that it refers to.
type Document struct {
	Root    *Node
	Version string        // the value of openapi, e.g. "3.0.3"
	Files   []*SourceFile // the root file first, then in the order of first reference

	// Recorded returns the calls that were recorded next to the document. They are
	// evidence of what it leaves open, and are not read if it leaves nothing open.
	// Nil means that there are none.
	Recorded func() []Recording

	loader *loader
	refs   []*Node // every reference, in the order they were met
}

// Recording is a recorded call of an operation.
type Recording struct {
	Name      string // e.g. "articles.get.full"
	Operation string // operationId
	Status    int    // of the response; 0 if it is not known
	Request   *Node  // the body of the request; nil if it has none, or one that is not JSON
	Response  *Node  // likewise
}

type loader struct {
	report
	opts     Options
	limits   Limits
	doc      *Document
	files    map[string]*SourceFile // by cleaned path, unreadable ones included
	rootPath string                 // the root file's key in files
	roots    []string               // directories that references may point into
	closed   bool                   // no more files are opened

	mu       sync.Mutex                 // guards what Document.Resolve looks up once loading is over
	byID     map[string]*Node           // schemas by $id, once one was asked for
	anchors  map[*Node]map[string]*Node // by the schema that has an $id around them
	idFiles  int                        // how many files byID knows
	hints    int                        // how many suggestions were made
	dangling int                        // how many references are errors because they point at nothing
}

// File loads the document at path. The document is nil when an Error diagnostic
// makes it unusable. Diagnostics are sorted by position.
func File(path string, opts Options) (*Document, []Diagnostic) {
	l := &loader{opts: opts, limits: opts.Limits.withDefaults(), files: map[string]*SourceFile{}, anchors: map[*Node]map[string]*Node{}}
	doc := l.load(path)
	return doc, l.finish(opts.Strict)
}

func (l *loader) load(path string) *Document {
	file := l.open(path, path, "", "")
	if file.missing != nil {
		l.unreadable(file)
		return nil
	}
	if file.Root == nil {
		return nil
	}
	l.doc = &Document{Root: file.Root, Files: []*SourceFile{file}, loader: l}
	l.roots = append(l.roots, file.dir)
	for _, dir := range l.opts.Refs {
		l.roots = append(l.roots, filepath.Clean(dir))
	}
	l.rootPath = file.path
	for _, path := range l.opts.Overlays {
		l.overlay(path)
	}
	if Errors(l.diags) {
		return nil
	}
	if !l.isOpenAPI(file) {
		l.sayOnly(file)
		return nil
	}
	l.doc.Version = file.Root.Get("openapi").Str()
	l.walk()
	l.closed = true
	l.unusedFiles()
	if (l.opts.Strict || l.opts.Validate) && l.count["too-many-copies"] == 0 {
		l.validate(l.doc)
	}
	if slices.ContainsFunc(l.diags, func(d Diagnostic) bool { return d.Severity == Error && d.Code != "dangling-ref" }) {
		return nil
	}
	return l.doc // also with references that point at nothing, for who wants to look further
}

// open reads and parses the file at path, which is named to users as name. When
// it cannot be read, its field missing says why; when it cannot be parsed, a
// diagnostic does, and it has no Root. A file that is opened for a reference
// must not lead out of dir through a symbolic link.
func (l *loader) open(path, name, rel, dir string) *SourceFile {
	path = filepath.Clean(path)
	file := &SourceFile{Name: filepath.ToSlash(name), path: path, dir: filepath.Dir(path), rel: rel, refs: map[string]refResult{}}
	l.files[path] = file
	if file.Data, file.missing = l.read(path, dir); file.missing == nil {
		l.plant(file)
	}
	return file
}

// sayOnly drops what else there was to say about a file that is not what it
// should be: a message may quote it, and a repository under review may have named
// any file.
func (l *loader) sayOnly(file *SourceFile) {
	l.diags = slices.DeleteFunc(l.diags, func(d Diagnostic) bool { return d.Pos.File == file.Name && d.Severity != Error })
}

// unusedFiles drops what there was to say about files that no reference reaches
// into: then they are not files of the document.
func (l *loader) unusedFiles() {
	used := map[*SourceFile]bool{l.doc.Files[0]: true}
	for _, file := range l.doc.Files {
		for _, ref := range file.refs {
			if ref.node != nil {
				used[ref.node.home()] = true
			}
		}
	}
	for _, file := range l.doc.Files {
		if !used[file] {
			l.sayOnly(file)
		}
	}
}

// Parse reads one YAML or JSON text into a tree with positions: no references, and
// not necessarily an OpenAPI document. The node is nil when an Error diagnostic
// says why. What the reader would warn of in a document is a warning here, too.
func Parse(name string, data []byte) (*Node, []Diagnostic) {
	l := &loader{limits: Limits{}.withDefaults(), files: map[string]*SourceFile{}}
	file := &SourceFile{Name: filepath.ToSlash(name), Data: data, path: name}
	l.plant(file)
	return file.Root, l.finish(false)
}

// plant parses a file that was read.
func (l *loader) plant(file *SourceFile) {
	root, err := l.parse(file)
	if err != nil {
		l.fail(Position{File: file.Name, Line: int(err.line), Col: int(err.col)}, err.code, err.fix, "%s", err.msg)
		return
	}
	file.Root = root
}

var errOutside = errors.New("the path points out of the directory")

// read reads the file at path, one byte more than the limit at most.
func (l *loader) read(path, dir string) ([]byte, error) {
	if l.opts.ReadFile != nil {
		return l.opts.ReadFile(path)
	}
	f, err := openIn(path, dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	var data bytes.Buffer
	data.Grow(int(min(info.Size(), int64(l.limits.Size))) + bytes.MinRead)
	_, err = data.ReadFrom(io.LimitReader(f, int64(l.limits.Size)+1))
	return data.Bytes(), err
}

// openIn opens the file at path, and refuses symbolic links that lead out of
// dir, unless dir is "".
func openIn(path, dir string) (*os.File, error) {
	if dir == "" {
		return input.Open(path)
	}
	rel, err := filepath.Rel(dir, path)
	if err != nil {
		return nil, errOutside
	}
	f, err := input.OpenIn(dir, rel)
	if errors.Is(err, input.ErrOutside) {
		return nil, errOutside
	}
	return f, err
}

func (l *loader) unreadable(file *SourceFile) {
	if errors.Is(file.missing, fs.ErrNotExist) {
		l.fail(Position{File: file.Name}, "no-file", "check the path", "no such file")
		return
	}
	l.fail(Position{File: file.Name}, "unreadable", "name a file that can be read", "cannot be read: %s", reason(file.missing))
}

// reason is the text of err without the path, which the position names.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	return err.Error()
}

// maxFlow is the size up to which a text that starts like JSON, and is none, is
// tried as YAML.
const maxFlow = 8_000_000

// parse reads the text of a file as JSON when it starts like JSON, as YAML
// otherwise.
func (l *loader) parse(file *SourceFile) (*Node, *syntaxError) {
	if len(file.Data) > l.limits.Size {
		return nil, &syntaxError{code: "too-large", msg: "the file is larger than the " + bytesText(l.limits.Size) + " that are read",
			fix: "split it into several files, or take out what is not needed"}
	}
	// Strings of the tree are cut from the file's bytes, which nobody changes.
	src := strings.TrimPrefix(unsafe.String(unsafe.SliceData(file.Data), len(file.Data)), "\uFEFF")
	if err := junk(src); err != nil {
		return nil, err
	}
	if start := strings.TrimLeft(src, " \t\r\n"); start[0] != '{' && start[0] != '[' {
		return parseYAML(src, file, l.limits, &l.report)
	}
	var notes report
	root, err := parseJSON(src, file, l.limits, &notes)
	if err == nil || err.code != "syntax" {
		for _, d := range notes.diags {
			l.add(d)
		}
		return root, err
	}
	if len(src) > maxFlow {
		return nil, err
	}
	// YAML's flow style looks like JSON, and forgives its commonest mistakes.
	flow, yamlErr := parseYAML(src, file, l.limits, &l.report)
	if yamlErr != nil {
		err.msg = "not JSON: " + err.msg
		return nil, err
	}
	if strings.EqualFold(filepath.Ext(file.Name), ".json") {
		l.warn(Position{File: file.Name, Line: int(err.line), Col: int(err.col)}, "not-json", err.fix, "not JSON: %s; read as YAML", err.msg)
	}
	return flow, nil
}

func bytesText(n int) string {
	if n < 1e6 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d MB", n/1e6)
}

// junk recognises what is no text at all.
func junk(src string) *syntaxError {
	bad := func(msg, fix string) *syntaxError { return &syntaxError{code: "not-text", msg: msg, fix: fix} }
	head := src[:min(len(src), 4096)]
	text := strings.TrimLeft(head, " \t\r\n")
	switch {
	case strings.TrimLeft(src, " \t\r\n") == "":
		return &syntaxError{code: "empty", msg: "the file is empty", fix: "write an OpenAPI document: openapi, info and paths"}
	case strings.HasPrefix(head, "\xff\xfe"), strings.HasPrefix(head, "\xfe\xff"):
		return bad("the file is UTF-16", "save it as UTF-8")
	case strings.HasPrefix(head, "\x1f\x8b"):
		return bad("the file is compressed (gzip)", "unpack it first: gunzip")
	case strings.HasPrefix(head, "PK\x03\x04"):
		return bad("the file is an archive (zip)", "unpack it first, and name the document within")
	case strings.HasPrefix(text, "<"):
		return bad("the file is HTML or XML", "name the OpenAPI document itself, in YAML or JSON; a download may have ended at a login page")
	case strings.ContainsRune(head, 0), !utf8.ValidString(head[:max(0, len(head)-utf8.UTFMax)]) && controls(head) > len(head)/20:
		return bad("the file is binary", "name an OpenAPI document in YAML or JSON")
	}
	return nil
}

func controls(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			n++
		}
	}
	return n
}
