package api

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// Form is a request body in application/x-www-form-urlencoded, from a struct
// with json tags. Lists repeat their name, objects name their members in
// brackets; a form tag with the flags of a query parameter (csv, space, pipe,
// deep, json) changes that for a field. In a multipart body the flag
// type=image/png is the content type of a part.
func Form(v any) Payload { return formBody{v} }

type formBody struct{ v any }

// Enveloped returns the struct.
func (f formBody) Enveloped() (any, string) { return f.v, "" }

func (f formBody) payload() (*payload, error) {
	v, s := settle(reflect.ValueOf(f.v))
	if s != isSet {
		return nil, nil
	}
	if k := v.Kind(); k != reflect.Struct && k != reflect.Map {
		return nil, fmt.Errorf("a %T cannot be sent as a form", f.v)
	}
	b := []byte{}
	object, err := members(v)
	for _, m := range object {
		value, s := settle(m.value)
		switch {
		case s == isAbsent:
			continue
		case s == isNull:
			b = appendPair(b, m.name, "", false)
			continue
		}
		m.flags.deep = m.flags.deep || nests(value, m.flags)
		if b, err = appendStyled(b, m.name, value, m.flags); isUnset(err) {
			return nil, within(m.name, err)
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return &payload{data: b, contentType: "application/x-www-form-urlencoded"}, err
}

// nests reports whether v needs brackets: an object, or a list of lists or
// objects.
func nests(v reflect.Value, f flags) bool {
	if f.json || f.join != "" || v.Type().Implements(textMarshalerType) {
		return false
	}
	if _, ok, _ := text(v); ok {
		return false
	}
	if v.Kind() == reflect.Slice && v.Len() > 0 {
		first, s := settle(v.Index(0))
		if s != isSet {
			return false
		}
		_, ok, _ := text(first)
		return !ok
	}
	return v.Kind() == reflect.Struct || v.Kind() == reflect.Map
}

// isUnset reports whether err says that a required member is not set.
func isUnset(err error) bool {
	var unset *codec.Unset
	return errors.As(err, &unset)
}

// File is a file in a multipart body, or a whole body. It is streamed, and sent
// again after a failure only if its Content is an io.Seeker. As a whole body it
// is sent with a Content-Disposition header that has its name.
type File struct {
	Name        string    // file name; in a multipart body the field's name when empty
	ContentType string    // "application/octet-stream" when empty and the document says nothing
	Content     io.Reader // stays open
}

var fileType = reflect.TypeFor[File]()

// Multipart is a request body in multipart/form-data, from a struct with json
// tags. Members of type File are files, []byte is a file without a name of its
// own, other scalars are text, objects are JSON, and lists repeat their name.
func Multipart(v any) Payload { return multipartBody{v} }

type multipartBody struct{ v any }

// Enveloped returns the struct.
func (m multipartBody) Enveloped() (any, string) { return m.v, "" }

func (m multipartBody) payload() (*payload, error) {
	v, s := settle(reflect.ValueOf(m.v))
	if s != isSet {
		return nil, nil
	}
	if k := v.Kind(); k != reflect.Struct && k != reflect.Map {
		return nil, fmt.Errorf("a %T cannot be sent as multipart/form-data", m.v)
	}
	w := &multipartWriter{boundary: rand.Text()}
	object, err := members(v)
	for _, m := range object {
		if err := w.add(m.name, m.value, m.flags); err != nil {
			return nil, within(m.name, err)
		}
	}
	if err != nil {
		return nil, err
	}
	w.text.WriteString("--" + w.boundary + "--\r\n")
	w.flush()
	return w.payload(), nil
}

// multipartWriter collects the pieces of a body: text and files in turn. There
// is neither a pipe nor a goroutine that could be left behind.
type multipartWriter struct {
	boundary string
	text     bytes.Buffer
	pieces   []*payload
}

func (w *multipartWriter) add(name string, v reflect.Value, f flags) error {
	v, s := settle(v)
	if s != isSet {
		return nil
	}
	if v.Type() == fileType {
		file := v.Interface().(File)
		if file.ContentType == "" {
			file.ContentType = f.contentType
		}
		return w.addFile(name, file)
	}
	if k := v.Kind(); k == reflect.Slice && f.join == "" {
		if b, ok := v.Interface().([]byte); ok && !f.json {
			return w.addFile(name, File{Content: bytes.NewReader(b), ContentType: f.contentType})
		}
		if v.Type() != rawType && v.Type().Elem().Kind() != reflect.Uint8 {
			return w.addItems(name, v, f)
		}
	}
	if f.join == "" && !f.json {
		if s, ok, err := text(v); ok || err != nil {
			w.addText(name, f.contentType, s)
			return err
		}
	}
	if f.join != "" {
		parts, _, err := split(v)
		w.addText(name, f.contentType, strings.Join(parts, f.join))
		return err
	}
	return w.addJSON(name, v)
}

// addItems writes a part for each item of a list: the encoding of an array is
// that of its items (OpenAPI 3.0.4 to 3.2, Encoding Object). A list in a list is JSON,
// or nobody could see where it ends.
func (w *multipartWriter) addItems(name string, list reflect.Value, f flags) error {
	for k := range list.Len() {
		add := w.add
		if f.json || isList(list.Index(k)) {
			add = func(name string, v reflect.Value, _ flags) error { return w.addJSON(name, v) }
		}
		if err := add(name, list.Index(k), f); err != nil {
			return within(strconv.Itoa(k), err)
		}
	}
	return nil
}

// isList reports whether v is a list of values that are not bytes.
func isList(v reflect.Value) bool {
	v, s := settle(v)
	return s == isSet && v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8
}

func (w *multipartWriter) addJSON(name string, v reflect.Value) error {
	b, err := codec.MarshalRequest(v.Interface())
	w.addText(name, "application/json", string(b))
	return err
}

func (w *multipartWriter) addText(name, contentType, value string) {
	w.head(name, "", contentType)
	w.text.WriteString(value)
	w.text.WriteString("\r\n")
}

func (w *multipartWriter) addFile(name string, f File) error {
	if f.Content == nil {
		return fmt.Errorf("file %s has no Content", name)
	}
	if f.Name == "" {
		f.Name = name
	}
	if f.ContentType == "" {
		f.ContentType = "application/octet-stream"
	}
	if err := checkHeader("Content-Type", f.ContentType); err != nil {
		return errors.New("the content type of file " + name + " has a control character")
	}
	w.head(name, f.Name, f.ContentType)
	w.flush()
	w.pieces = append(w.pieces, readerPayload(f.Content))
	w.text.WriteString("\r\n")
	return nil
}

// payload makes f a whole body (RFC 6266; the header in a request is what servers
// take a file's name from that get no form).
func (f File) payload() (*payload, error) {
	if f.Content == nil {
		return nil, errors.New("the file has no Content")
	}
	p := readerPayload(f.Content)
	p.contentType = f.ContentType
	if f.Name != "" {
		p.disposition = disposition(f.Name)
	}
	return p, nil
}

// disposition is a Content-Disposition with a file name: as it is where it is
// ASCII, and as RFC 8187 writes it where it is not.
func disposition(name string) string {
	ascii := make([]byte, 0, len(name))
	exact := true
	for _, r := range name {
		switch {
		case r < ' ' || r == 0x7f || r > 0x7e:
			ascii, exact = append(ascii, '_'), false
		case r == '"' || r == '\\':
			ascii = append(ascii, '\\', byte(r))
		default:
			ascii = append(ascii, byte(r))
		}
	}
	line := `attachment; filename="` + string(ascii) + `"`
	if !exact {
		line += "; filename*=UTF-8''" + string(appendEscaped(nil, name, false))
	}
	return line
}

var quoteEscaper = strings.NewReplacer("\\", "\\\\", `"`, `\"`, "\r", "%0D", "\n", "%0A")

func (w *multipartWriter) head(name, file, contentType string) {
	b := &w.text
	b.WriteString("--" + w.boundary + "\r\nContent-Disposition: form-data; name=\"" + quoteEscaper.Replace(name) + `"`)
	if file != "" {
		b.WriteString(`; filename="` + quoteEscaper.Replace(file) + `"`)
	}
	if contentType != "" {
		b.WriteString("\r\nContent-Type: " + contentType)
	}
	b.WriteString("\r\n\r\n")
}

func (w *multipartWriter) flush() {
	w.pieces = append(w.pieces, &payload{data: bytes.Clone(w.text.Bytes())})
	w.text.Reset()
}

func (w *multipartWriter) payload() *payload {
	p := &payload{contentType: "multipart/form-data; boundary=" + w.boundary}
	for _, piece := range w.pieces {
		p.once = p.once || piece.once
		if n := piece.size(); n < 0 || p.length < 0 {
			p.length = -1
		} else {
			p.length += n
		}
	}
	pieces := w.pieces
	p.open = func() (io.Reader, error) {
		readers := make([]io.Reader, len(pieces))
		for k, piece := range pieces {
			if piece.open == nil {
				readers[k] = bytes.NewReader(piece.data)
				continue
			}
			var err error
			if readers[k], err = piece.open(); err != nil {
				return nil, err
			}
		}
		return io.MultiReader(readers...), nil
	}
	return p
}
