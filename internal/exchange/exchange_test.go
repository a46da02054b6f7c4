package exchange_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/exchange"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got:\n%s\nwant, in %s:\n%s", got, file, want)
	}
}

func TestReadMalformed(t *testing.T) {
	all, err := exchange.Read("testdata/malformed")
	if err == nil {
		t.Fatal("malformed exchanges read without an error")
	}
	for _, ex := range all {
		t.Errorf("%s has no problem", ex.File)
	}
	golden(t, "malformed.golden", err.Error()+"\n")
}

func TestReadNowhere(t *testing.T) {
	_, err := exchange.Read("testdata/nowhere")
	const want = "testdata/nowhere: cannot read exchanges: no such file or directory\n\tname a directory of .txtar files"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestRead(t *testing.T) {
	all := readValid(t)
	var names []string
	for _, ex := range all {
		names = append(names, ex.Name)
	}
	want := "pets.delete pets.list.recorded pets.list pets.query pets.update.notSeen pets.update pets.uploadPhoto"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	ex := find(t, all, "pets.update")
	if ex.OperationID != "pets.update" || ex.Variant != "" || ex.PageURL != "https://docs.example.com/pets/update" || ex.Seen != "full" ||
		ex.Comment != "The page shows \"<string>\" as the type.\nIts id is made up." {
		t.Errorf("got %+v", ex)
	}
	if ex := find(t, all, "pets.list.recorded"); ex.Source != "recorded from staging, 2026-11-02" || ex.PageURL != "" || ex.Seen != "" ||
		ex.Comment != "With a credential of the test account." {
		t.Errorf("got %+v", ex)
	}
	if ex.Request.Host != "api.example.com" || ex.Request.Header.Get("Host") != "" || ex.Request.Header.Get("X-Token") != "secret" {
		t.Errorf("got host %q, headers %v", ex.Request.Host, ex.Request.Header)
	}
	if ex := find(t, all, "pets.update.notSeen"); ex.Variant != "notSeen" || !ex.Request.Elided() || !ex.Response.Elided() {
		t.Errorf("got %+v", ex)
	}
	if ex := find(t, all, "pets.list"); ex.Response != nil || ex.Request.Elided() {
		t.Errorf("got %+v", ex)
	}
	if got, want := find(t, all, "pets.uploadPhoto").Request.Body, []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\xff"); !bytes.Equal(got, want) {
		t.Errorf("got body %q, want %q", got, want)
	}
}

// Line endings of a checkout change neither the exchange nor its positions.
func TestParseCRLF(t *testing.T) {
	for _, want := range readValid(t) {
		data, err := os.ReadFile(want.File)
		if err != nil {
			t.Fatal(err)
		}
		got, err := exchange.Parse(want.File, bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s with CRLF:\n%+v\nwith LF:\n%+v", want.File, got, want)
		}
	}
}

func TestPosition(t *testing.T) {
	req := &find(t, readValid(t), "pets.update").Request
	for _, tt := range []struct {
		path string
		want string
	}{
		{"", "11:1"},
		{"data", "12:3"},
		{"data/attributes/weight", "14:35"},
		{"data/attributes/height", "14:5"}, // not there: its object
		{"data/type/x", "13:5"},
	} {
		var path []string
		if tt.path != "" {
			path = strings.Split(tt.path, "/")
		}
		if got, want := req.Position(path...).String(), req.Position().File+":"+tt.want; got != want {
			t.Errorf("%s: got %s, want %s", tt.path, got, want)
		}
	}
}

func TestValidate(t *testing.T) {
	spec := loadSpec(t)
	for _, ex := range readValid(t) {
		if err := exchange.Validate(spec, ex); err != nil {
			t.Error(err)
		}
	}
	if got := spec.PathParams(find(t, readValid(t), "pets.update")); !reflect.DeepEqual(got, []exchange.PathParam{{Name: "pet_id", Value: "7"}}) {
		t.Errorf("got path parameters %v", got)
	}
}

func TestValidateInvalid(t *testing.T) {
	spec := loadSpec(t)
	all, err := exchange.Read("testdata/invalid")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, ex := range all {
		err := exchange.Validate(spec, ex)
		var problems exchange.Errors
		if !errors.As(err, &problems) {
			t.Errorf("%s: got %v, want Errors", ex.File, err)
			continue
		}
		out.WriteString(err.Error() + "\n")
	}
	golden(t, "invalid.golden", out.String())
}

// A spec reads nothing from outside its directory.
func TestLoadSpecOutside(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"secret.yaml":       "type: string",
		"spec/openapi.yaml": "openapi: 3.0.3\ninfo: {title: x, version: x}\npaths: {}\ncomponents: {schemas: {S: {$ref: ../secret.yaml}}}",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	_, err := exchange.LoadSpec(filepath.Join(dir, "spec", "openapi.yaml"))
	if err == nil || !strings.Contains(err.Error(), "leaves the spec's directory") {
		t.Errorf("got %v, want a refusal", err)
	}
}

// TestHTTPWithoutHost holds that a target's first segment is never taken for the
// host that a page does not show.
func TestHTTPWithoutHost(t *testing.T) {
	for _, target := range []string{"/v1/pets/7?name=x", "//v1/pets", "/|"} {
		ex, err := exchange.Parse("pets.get.txtar", []byte("https://docs.example.com/pets\nseen: full\n-- request --\nGET "+target+" HTTP/1.1\n"))
		if err != nil {
			t.Fatal(err)
		}
		for base, host := range map[string]string{"": "", "http://127.0.0.1:8080/": "127.0.0.1:8080"} {
			req, err := ex.Request.HTTP(base)
			if err != nil {
				t.Fatal(err)
			}
			if want := ex.Request.URL(); req.URL.Host != host || req.URL.Path != want.Path || req.URL.RawQuery != want.RawQuery {
				t.Errorf("%s at %q: sent to host %q, path %q, query %q", target, base, req.URL.Host, req.URL.Path, req.URL.RawQuery)
			}
		}
	}
}

// FuzzParse holds that no file makes the parser panic, that every error has a
// position within the file, and that what parses can be sent, to its target.
func FuzzParse(f *testing.F) {
	for _, dir := range []string{"valid", "malformed", "invalid"} {
		files, err := filepath.Glob("testdata/" + dir + "/*.txtar")
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ex, err := exchange.Parse("pets.update.txtar", data)
		if err != nil {
			var problems exchange.Errors
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Fatalf("error of type %T", err)
			}
			lines := bytes.Count(data, []byte("\n")) + 2
			for _, p := range problems {
				if p.Pos.Line < 1 || p.Pos.Line > lines || p.Pos.Col < 1 {
					t.Errorf("position outside the file: %v", p)
				}
			}
			return
		}
		req, err := ex.Request.HTTP("")
		if err != nil {
			t.Fatalf("cannot be sent: %v", err)
		}
		if want := ex.Request.URL(); req.URL.Path != want.Path || req.URL.RawQuery != want.RawQuery || req.URL.Host != ex.Request.Host {
			t.Errorf("sent to %q, want %q at host %q", req.URL, want, ex.Request.Host)
		}
		ex.Request.Position("data", "0", "x")
	})
}

func readValid(t *testing.T) []*exchange.Exchange {
	t.Helper()
	all, err := exchange.Read("testdata/valid")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func find(t *testing.T, all []*exchange.Exchange, name string) *exchange.Exchange {
	t.Helper()
	for _, ex := range all {
		if ex.Name == name {
			return ex
		}
	}
	t.Fatalf("no exchange %s", name)
	return nil
}

func loadSpec(t *testing.T) *exchange.Spec {
	t.Helper()
	spec, err := exchange.LoadSpec("testdata/spec/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// TestDeepBodies: bodies that nest deeper than any real one are refused, in base64 too.
func TestDeepBodies(t *testing.T) {
	for depth, refused := range map[int]bool{200: false, 400: true, 10_000: true} {
		body := strings.Repeat("[", depth) + strings.Repeat("]", depth)
		for part, text := range map[string]string{"\n" + body + "\n": "", "": "-- request.body.base64 --\n" + base64.StdEncoding.EncodeToString([]byte(body)) + "\n"} {
			_, err := exchange.Parse("pets.create.txtar", []byte("recorded from staging\n-- request --\nPOST /pets HTTP/1.1\nHost: pets.example.com\nContent-Type: application/json\n"+part+text))
			if got := err != nil && strings.Contains(err.Error(), fmt.Sprintf("the body nests %d deep, more than 300", depth)); got != refused || err != nil && !refused {
				t.Errorf("%d deep, %d bytes of base64: %v", depth, len(text), err)
			}
		}
	}
}
