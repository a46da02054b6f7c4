package corpus

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/docwright/docwright/internal/convert"
	"github.com/docwright/docwright/internal/corpus/driver"
	"github.com/docwright/docwright/internal/gentest"
	"github.com/docwright/docwright/internal/model"
)

// liveServer is a server that others made, and that publishes its own document.
type liveServer struct {
	name     string
	needs    string                               // file below LIVE that make live puts there
	start    func(t *testing.T, r *runningServer) // returns when the server is up
	document string                               // path of its document
	file     string                               // in CORPUS: the document of a server that does not publish it
	base     string                               // path of its API
	overlay  string                               // OpenAPI Overlay that corrects the document
	values   map[string]any                       // of parameters: "path id", "query limit", or "GET /users/{id} path id" for one operation

	// patterns of what the server does that its own document does not say, and
	// why we blame the server. One that matches nothing is an error.
	differences map[string]string

	want string // what the program in testdata/live/NAME prints
}

// runningServer is a server that was started for a test.
type runningServer struct {
	where string // what it was started from
	addr  string // where it listens
	dir   string // its files
	token string // of a user who may do everything

	values map[string]any // further values of parameters: of what start created
}

// TestLive generates clients of servers that others made from the documents that
// these servers publish, and calls them: each GET whose parameters have a value,
// and then what the programs in testdata/live do. Each response must come back
// from the client's types as it was. What a server does that its document does
// not say is listed in its differences.
func TestLive(t *testing.T) {
	dir := os.Getenv("LIVE")
	if dir == "" {
		t.Skip("starts servers: make live")
	}
	for _, s := range liveServers {
		t.Run(s.name, func(t *testing.T) {
			where := filepath.Join(dir, s.needs)
			if s.needs == prism {
				where = os.Getenv("PRISM")
			}
			if _, err := os.Stat(where); err != nil {
				t.Skipf("it is not installed: %v", err)
			}
			s.run(t, where)
		})
	}
}

func (s *liveServer) run(t *testing.T, where string) {
	r := &runningServer{where: where, addr: gentest.FreeAddress(t), dir: t.TempDir(), values: map[string]any{}}
	maps.Copy(r.values, s.values)
	if s.file != "" {
		r.dir = filepath.Join(os.Getenv("CORPUS"), filepath.FromSlash(s.file))
		if _, err := os.Stat(r.dir); err != nil {
			t.Skipf("CORPUS has no such document: %v", err)
		}
	}
	s.start(t, r)
	l := newLiveRun(t, s.differences)
	l.token = r.token
	if s.overlay != "" {
		l.load.Overlays = []string{filepath.Join("testdata", "live", s.overlay)}
	}
	if s.file != "" {
		l.mock = true
		l.getAll(r.dir, "http://"+r.addr+s.base, r.values)
		l.finish()
		return
	}
	l.getAll(r.documentOf(t, s), "http://"+r.addr+s.base, r.values)
	l.finish()
	if got := l.program(filepath.Join("testdata", "live", s.name), "http://"+r.addr+s.base, r.dir); got != s.want {
		t.Errorf("the program prints\n%s\nwant\n%s", got, s.want)
	}
}

// documentOf writes the document of a server, as OpenAPI 3, into a file.
func (r *runningServer) documentOf(t *testing.T, s *liveServer) string {
	t.Helper()
	data := r.request(t, http.MethodGet, s.document, "", nil)
	name := "openapi.json"
	if !json.Valid(data) {
		name = "openapi.yaml"
	}
	file := filepath.Join(r.dir, name)
	if bytes.Contains(data, []byte(`"swagger":`)) {
		converted, diags := convert.ToOpenAPI3(name, data)
		for _, d := range diags {
			t.Log(d)
		}
		data = converted
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// request sends what no generated client is there for yet, and returns the body of
// the response, which has to be a success.
func (r *runningServer) request(t *testing.T, method, path, contentType string, body []byte) []byte {
	t.Helper()
	req, err := http.NewRequest(method, "http://"+r.addr+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		t.Fatalf("%s %s: %s: %v\n%s", method, path, resp.Status, err, data)
	}
	return data
}

// liveRun is the clients of one server, and what calls of them found.
type liveRun struct {
	*semantics
	token string
	mock  bool              // the server makes its responses of the document
	known map[string]string // patterns of differences of the server
	seen  map[string]bool   // differences that were met
	used  map[string]bool   // patterns that matched one

	called, decoded, lists, values, contradictions int
}

func newLiveRun(t *testing.T, known map[string]string) *liveRun {
	l := &liveRun{semantics: &semantics{t: t, dir: t.TempDir(), all: true, lines: linesPerDocument}, known: known, seen: map[string]bool{}, used: map[string]bool{}}
	writeModule(t, l.dir)
	writeDriver(t, l.dir)
	l.judged = l.compare
	return l
}

// livePackage is the name of the client of a server.
const livePackage = "client"

// getAll generates the client of the document in file and calls every GET of the
// server at url whose required parameters have a value.
func (l *liveRun) getAll(file, url string, values map[string]any) {
	sub, _ := l.prepare(file, livePackage)
	if sub == nil {
		l.t.Fatalf("%s: no operation can be called", file)
	}
	var gets []*trial
	for _, tr := range sub.trials {
		if tr.out.Method != http.MethodGet || tr.out.Result.Kind == model.ResultEvents || // which do not end: programs read them
			len(gets) > 0 && gets[len(gets)-1].out == tr.out {
			continue
		}
		tr.call.Server, tr.call.Token = url, l.token
		tr.setValues(values)
		if tr.out.Page != nil && !l.mock { // whose links lead nowhere
			tr.call.All = tr.out.Page.All
		}
		gets = append(gets, tr)
	}
	sub.trials = gets
	l.run([]*subject{sub})
}

// setValues replaces the values of parameters by those that the server knows, and
// leaves out other optional ones.
func (tr *trial) setValues(values map[string]any) {
	known := func(key string) (any, bool) {
		for _, operation := range []string{tr.out.ID, tr.out.Method + " " + tr.route.Path} {
			if v, ok := values[operation+" "+key]; ok {
				return v, ok
			}
		}
		v, ok := values[key]
		return v, ok
	}
	for key, p := range tr.parameters() {
		if v, ok := known(key); ok && p.In != "path" && tr.call.Parameters != nil {
			tr.call.Parameters[key] = asJSON(v)
		} else if !p.Required {
			delete(tr.call.Parameters, key)
		}
	}
	for i, a := range tr.out.Args {
		if v, ok := known("path " + a.Name); ok && i < len(tr.call.Args) {
			tr.call.Args[i] = asJSON(v)
		}
	}
}

// compare finds out what a response differs in, from the document and from what
// the client read, and whose fault that is.
func (l *liveRun) compare(tr *trial) {
	o := tr.outcome
	id := tr.out.Method + " " + tr.route.Path
	l.called++
	if o.Driver != "" || o.Status == 0 {
		l.t.Errorf("%s: nothing was sent: %s %s", id, o.Driver, o.Error)
		return
	}
	if l.mock {
		l.compareMock(tr, id)
		return
	}
	media, documented := tr.documented(o)
	if o.Status >= 400 || !documented {
		l.differs("%s: status %d", id, o.Status)
	}
	var bad []string // places that contradict the document
	if media != nil && isJSON(o.Type) {
		for _, problem := range violations(media.Schema, o.Answer, tr.opts) {
			_, at, _ := strings.Cut(problem, " at /")
			bad = append(bad, "/"+at)
			l.differs("%s: %s", id, problem)
		}
	}
	for _, at := range o.Unknown {
		if media != nil {
			if p, ok := declared(media.Schema, unescape(at)); ok && !p.WriteOnly {
				l.t.Errorf("%s: %s is documented, and has no field", id, at)
				continue
			}
		}
		l.differs("%s: undocumented %s", id, withoutIndexes(at))
	}
	l.compareResult(tr, id, bad)
}

// compareMock looks at the response of a mock, which refuses requests that the
// document does not allow. It answers 500 instead of sending an example that
// contradicts its schema. Contradictions that it does not see are not ours either.
func (l *liveRun) compareMock(tr *trial, id string) {
	o := tr.outcome
	media, documented := tr.documented(o)
	switch {
	case o.Status == http.StatusInternalServerError:
		l.contradictions++
		return
	case o.Status >= 400 || !documented:
		l.t.Errorf("%s: the mock answers %d: %.300s", id, o.Status, o.Answer)
		return
	}
	if media != nil && isJSON(o.Type) && len(violations(media.Schema, o.Answer, tr.opts)) > 0 {
		l.contradictions++
		return
	}
	l.compareResult(tr, id, nil)
}

// compareResult compares what the client read with the response.
func (l *liveRun) compareResult(tr *trial, id string, bad []string) {
	o := tr.outcome
	for _, path := range o.Unread {
		if at := withoutIndexes("/" + strings.TrimPrefix(pathNames.Replace(path), "/")); !slices.Contains(bad, at) {
			l.t.Errorf("%s: %s is as the document says, and does not fit its field", id, at)
		}
	}
	switch {
	case o.Refused || len(o.Answer) == 0 && o.Error == "":
		return
	case o.Status >= 400:
		return
	case cmp.Or(o.Error, o.AllError) != "":
		if len(bad) == 0 {
			l.t.Errorf("%s: the client does not read what its document describes: %s: %.300s", id, cmp.Or(o.Error, o.AllError), o.Answer)
		}
		l.differs("%s: not read", id)
		return
	case o.Items != nil && tr.call.All == "":
		if lines := bytes.Count(bytes.TrimSpace(o.Answer), []byte("\n")) + 1; lines != len(o.Items) {
			l.t.Errorf("%s: %d of %d items are read", id, len(o.Items), lines)
		}
	case isJSON(o.Type):
		diffs, err := differences(o.Answer, o.Result)
		if err != nil {
			l.t.Errorf("%s: %v", id, err)
		}
		for _, d := range diffs {
			if !slices.Contains(bad, withoutIndexes("/"+strings.Join(d.at, "/"))) {
				l.t.Errorf("%s: encoded again, the response differs: %s", id, d.text)
			}
		}
	case !bytes.Equal(o.Answer, o.Result):
		l.t.Errorf("%s: got %.60q, want %.60q", id, o.Result, o.Answer)
	}
	if l.decoded++; tr.call.All != "" {
		l.lists++
	}
	l.values += bytes.Count(o.Answer, []byte(":"))
}

// pathNames replaces what separates names in the paths of decoding errors.
var pathNames = strings.NewReplacer("[", "/", "]", "", ".", "/")

// documented is the documented media type of a response; false if the document has
// no response of its status.
func (tr *trial) documented(o *driver.Outcome) (*openapi3.MediaType, bool) {
	ref := tr.route.Operation.Responses.Status(o.Status)
	if ref == nil {
		ref = tr.route.Operation.Responses.Value(fmt.Sprintf("%dXX", o.Status/100))
	}
	if ref == nil {
		ref = tr.route.Operation.Responses.Default()
	}
	if ref == nil || ref.Value == nil {
		return nil, false
	}
	contentType, _, _ := strings.Cut(o.Type, ";")
	return mediaOf(ref.Value.Content, contentType), true
}

// violations are the places of a response that contradict its schema.
func violations(schema *openapi3.SchemaRef, answer []byte, opts []openapi3.SchemaValidationOption) []string {
	if schema == nil || schema.Value == nil {
		return nil
	}
	var v any
	if err := json.Unmarshal(answer, &v); err != nil {
		return []string{"not JSON"}
	}
	found := map[string]bool{}
	collect(contradiction(schema.Value, v, append(opts, openapi3.VisitAsResponse(), openapi3.MultiErrors())...), found)
	return slices.Sorted(maps.Keys(found))
}

// collect takes an error of kin-openapi apart.
func collect(err error, found map[string]bool) {
	var multi openapi3.MultiError // before one, because it finds its first SchemaError
	var one *openapi3.SchemaError
	switch {
	case err == nil:
	case errors.As(err, &multi):
		for _, e := range multi {
			collect(e, found)
		}
	case errors.As(err, &one):
		note(one.Reason, "/"+strings.Join(one.JSONPointer(), "/"), found)
	default:
		note(err.Error(), "/", found)
	}
}

// note splits what jsonschema says, a line for each place, and keeps what
// kin-openapi says of documents before 3.1.
func note(text, at string, found map[string]bool) {
	if !schemaProblem.MatchString(text) {
		text, _, _ = strings.Cut(text, " (parsing time ")
		found[text+" at "+withoutIndexes(at)] = true
	}
	for _, m := range schemaProblem.FindAllStringSubmatch(text, -1) {
		found[m[2]+" at "+cmp.Or(withoutIndexes(m[1]), "/")] = true
	}
}

// schemaProblem is a line of an error of jsonschema.
var schemaProblem = regexp.MustCompile(`(?m)\bat '([^']*)': (.*)$`)

var index = regexp.MustCompile(`/\d+(/|$)`)

// withoutIndexes is a JSON pointer with * for the elements of arrays.
func withoutIndexes(pointer string) string { return index.ReplaceAllString(pointer, "/*$1") }

// differs notes that the server does something that its document does not say.
func (l *liveRun) differs(format string, args ...any) {
	key := fmt.Sprintf(format, args...)
	if l.seen[key] {
		return
	}
	l.seen[key] = true
	found := false
	for pattern := range l.known {
		if regexp.MustCompile("^(?:" + pattern + ")$").MatchString(key) {
			l.used[pattern], found = true, true
		}
	}
	if !found {
		l.t.Errorf("the server differs from its document, and no row says why: %s", key)
	}
}

// finish prints what was found.
func (l *liveRun) finish() {
	l.t.Logf("%d operations, %d GETs called, %d responses read with %d members; %d lists iterated over; %d differences between server and document, %d examples contradict their schemas",
		l.operations, l.called, l.decoded, l.values, l.lists, len(l.seen), l.contradictions)
	for pattern := range l.known {
		if !l.used[pattern] {
			l.t.Errorf("the server no longer differs: %s", pattern)
		}
	}
	if l.decoded == 0 {
		l.t.Error("no response was read")
	}
}

// program compiles a program with the client and returns what it prints.
func (l *liveRun) program(source string, args ...string) string {
	if err := os.CopyFS(filepath.Join(l.dir, "program"), os.DirFS(source)); err != nil {
		l.t.Fatal(err)
	}
	binary := filepath.Join(l.dir, "program.exe")
	build := exec.Command("go", "build", "-trimpath", "-p", "2", "-gcflags=-N -l", "-ldflags=-s -w", "-o", binary, "./program")
	build.Dir, build.Env = l.dir, append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		l.t.Fatalf("go build: %v\n%s", err, out)
	}
	out, err := exec.Command(binary, args...).CombinedOutput()
	if err != nil {
		l.t.Errorf("the program: %v", err)
	}
	return string(out)
}

// startServer runs a server until the test ends. It returns when the server
// answers GET ready, with the header fields that are given, with that status.
func startServer(t *testing.T, cmd *exec.Cmd, status int, ready string, header ...string) {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // an error says that it has ended
		<-ended
		log.Close()
	})
	for range 1800 { // of 100 ms
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%s ended: %v\n%s", cmd.Path, err, tail(log.Name()))
		case <-time.After(100 * time.Millisecond):
		}
		req, err := http.NewRequest(http.MethodGet, ready, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
			if resp.StatusCode == status {
				return
			}
		}
	}
	t.Fatalf("%s does not answer after three minutes\n%s", cmd.Path, tail(log.Name()))
}

// tail is the end of a log.
func tail(name string) []byte {
	data, err := os.ReadFile(name)
	if err != nil {
		return []byte(err.Error())
	}
	return data[max(0, len(data)-4000):]
}
