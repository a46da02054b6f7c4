package api

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
)

// Verify decides whether a webhook comes from the API, by a signature in its
// header most often. Its error is what [ReadWebhook] returns. A signature must
// be compared in constant time: [crypto/hmac.Equal].
type Verify func(header http.Header, body []byte) error

// Unverified accepts every webhook.
func Unverified(http.Header, []byte) error { return nil }

// VerifyHeaders accepts webhooks whose headers have the values of want, by name.
// Headers that are not in want may have any value. Such headers name the sender,
// they do not prove it, because anyone who knows the values can send them. If the API
// signs its webhooks, check the signature instead.
func VerifyHeaders(want map[string]string) Verify {
	return func(header http.Header, _ []byte) error {
		for _, name := range slices.Sorted(maps.Keys(want)) {
			values := header.Values(name)
			if len(values) != 1 || subtle.ConstantTimeCompare([]byte(values[0]), []byte(want[name])) != 1 {
				return fmt.Errorf("api: the header %s of the webhook is not the expected one", name)
			}
		}
		return nil
	}
}

// maxWebhook is how large a webhook may be.
const maxWebhook = 10 << 20

// ErrWebhookTooLarge is returned for a webhook of more than 10 MB.
var ErrWebhookTooLarge = errors.New("api: the webhook is too large")

// ReadWebhook reads a request that the API makes to its user: a webhook or a
// callback. Nothing of it is decoded before verify accepts it.
//
//	func (s *server) petSold(w http.ResponseWriter, r *http.Request) {
//		sale, err := api.ReadWebhook[petstore.Sale](r, s.verify)
//
// The body is JSON, or a form where the request's Content-Type says so. The error
// of a body that is not a T is a *[DecodeError].
func ReadWebhook[T any](r *http.Request, verify Verify) (*T, error) {
	body, err := ReadWebhookBody(r, verify)
	if err != nil {
		return nil, err
	}
	v := new(T)
	if t, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); t == "application/x-www-form-urlencoded" {
		if body, err = formJSON(reflect.TypeFor[T](), body); err != nil {
			return nil, fmt.Errorf("api: reading the webhook: %w", err)
		}
	}
	if err := Unmarshal(body, v); err != nil {
		return nil, err
	}
	return v, nil
}

// ReadWebhookBody reads the body of a webhook in a format of its own, such as
// XML, once verify accepts it.
func ReadWebhookBody(r *http.Request, verify Verify) ([]byte, error) {
	if verify == nil {
		return nil, errors.New("api: a webhook is read without a check of where it comes from\n\tpass a Verify, or api.Unverified")
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxWebhook+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("api: reading the webhook: %w", err)
	case len(body) > maxWebhook:
		return nil, ErrWebhookTooLarge
	}
	if err := verify(r.Header, body); err != nil {
		return nil, err
	}
	return body, nil
}

// formJSON returns a form as the JSON object that the struct t decodes. A name
// that repeats is a list; objects are JSON within the form.
func formJSON(t reflect.Type, body []byte) ([]byte, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	typeOf := func(string) reflect.Type { return reflect.TypeFor[string]() }
	if t.Kind() == reflect.Struct {
		fields := fieldsOf(t)
		typeOf = func(name string) reflect.Type { return bare(memberType(t, fields, name)) }
	}
	object := map[string]json.RawMessage{}
	for name, values := range form {
		member := typeOf(name)
		if member.Kind() != reflect.Slice || member == rawType || member.Elem().Kind() == reflect.Uint8 {
			object[name] = formValue(member, values[0])
			continue
		}
		list := make([]json.RawMessage, len(values))
		for k, text := range values {
			list[k] = formValue(bare(member.Elem()), text)
		}
		object[name], _ = json.Marshal(list) // JSON always encodes
	}
	return json.Marshal(object)
}

// formValue returns a value of a form as the JSON that t decodes.
func formValue(t reflect.Type, text string) json.RawMessage {
	composed := t.Kind() == reflect.Struct || t.Kind() == reflect.Map || t.Kind() == reflect.Slice
	if composed && json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	data := headerJSON(t, text, false)
	if !json.Valid(data) { // a word where a number belongs: the decoder says so
		data, _ = json.Marshal(text) // strings always encode
	}
	return data
}
