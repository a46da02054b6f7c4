package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestReadWebhookForm reads forms into the types that JSON is read into.
func TestReadWebhookForm(t *testing.T) {
	type from struct {
		ID int64 `json:"id"`
	}
	type message struct {
		Text    string    `json:"text"`
		Count   int64     `json:"count"`
		Ratio   float64   `json:"ratio"`
		Done    bool      `json:"done"`
		At      time.Time `json:"at"`
		Media   []string  `json:"media"`
		Sizes   []int64   `json:"sizes"`
		From    from      `json:"from"`
		Code    string    `json:"code"`
		Nothing *string   `json:"nothing,omitempty"`
		Presence
	}
	read := func(form string) (*message, error) {
		r := httptest.NewRequest(http.MethodPost, "/hook", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
		return ReadWebhook[message](r, Unverified)
	}
	got, err := read("text=a+b%26c&count=3&ratio=0.5&done=true&at=2026-02-03T04:05:06Z&media=x&media=y&sizes=7&from=%7B%22id%22:9%7D&code=0123&extra=e")
	if err != nil {
		t.Fatal(err)
	}
	if got.Text != "a b&c" || got.Count != 3 || !got.Done || got.At.Year() != 2026 || strings.Join(got.Media, "") != "xy" ||
		len(got.Sizes) != 1 || got.Sizes[0] != 7 || got.From.ID != 9 || got.Code != "0123" || got.Nothing != nil {
		t.Errorf("got %+v", got)
	}
	if extra := got.Unknown()["extra"]; string(extra) != `"e"` {
		t.Errorf("unknown member %s", extra)
	}
	var bad *DecodeError
	if _, err := read("count=many"); !errors.As(err, &bad) || bad.Path != "count" {
		t.Errorf("a word for a number: %v", err)
	}
	if _, err := read("text=%zz"); err == nil || !strings.HasPrefix(err.Error(), "api: reading the webhook: invalid URL escape") {
		t.Errorf("no form: %v", err)
	}
}

// TestReadWebhookBody hands out what verify accepts, as it came.
func TestReadWebhookBody(t *testing.T) {
	errForged := errors.New("forged")
	for _, want := range []error{nil, errForged} {
		r := httptest.NewRequest(http.MethodPost, "/hook", strings.NewReader("<pet/>"))
		got, err := ReadWebhookBody(r, func(_ http.Header, body []byte) error {
			if string(body) != "<pet/>" {
				t.Errorf("verify sees %q", body)
			}
			return want
		})
		if !errors.Is(err, want) || (want == nil) != (string(got) == "<pet/>") {
			t.Errorf("got %q, %v", got, err)
		}
	}
}

func TestReadWebhook(t *testing.T) {
	type sale struct {
		Pet string `json:"pet"`
	}
	sign := func(body string) string {
		h := hmac.New(sha256.New, []byte("secret"))
		io.WriteString(h, body)
		return hex.EncodeToString(h.Sum(nil))
	}
	errForged := errors.New("forged")
	verify := func(header http.Header, body []byte) error {
		if !hmac.Equal([]byte(header.Get("X-Signature")), []byte(sign(string(body)))) {
			return errForged
		}
		return nil
	}
	read := func(body, signature string, verify Verify) (*sale, error) {
		r := httptest.NewRequest(http.MethodPost, "/hook", strings.NewReader(body))
		r.Header.Set("X-Signature", signature)
		return ReadWebhook[sale](r, verify)
	}
	got, err := read(`{"pet":"Rex"}`, sign(`{"pet":"Rex"}`), verify)
	if err != nil || got.Pet != "Rex" {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := read(`{"pet":"Max"}`, sign(`{"pet":"Rex"}`), verify); got != nil || !errors.Is(err, errForged) {
		t.Errorf("forged: got %+v, %v", got, err)
	}
	if got, err := read(`{"pet":"Rex"}`, "", Unverified); err != nil || got.Pet != "Rex" {
		t.Errorf("unverified: got %+v, %v", got, err)
	}
	_, err = read(`{}`, "", nil)
	wantText(t, err, "api: a webhook is read without a check of where it comes from\n\tpass a Verify, or api.Unverified")
	_, err = read(`{"pet":1}`, "", Unverified)
	var bad *DecodeError
	if !errors.As(err, &bad) || bad.Path != "pet" {
		t.Errorf("wrong type: %v", err)
	}
	if _, err := read(strings.Repeat(" ", maxWebhook+1), "", Unverified); !errors.Is(err, ErrWebhookTooLarge) {
		t.Errorf("large: %v", err)
	}
}

func TestVerifyHeaders(t *testing.T) {
	verify := VerifyHeaders(map[string]string{"X-Tenant": "acme", "x-automation-id": "7"})
	for name, tt := range map[string]struct {
		header http.Header
		want   string // "" when it is accepted
	}{
		"as expected": {http.Header{"X-Tenant": {"acme"}, "X-Automation-Id": {"7"}, "X-Other": {"1"}}, ""},
		"another":     {http.Header{"X-Tenant": {"globex"}, "X-Automation-Id": {"7"}}, "the header X-Tenant of the webhook is not the expected one"},
		"missing":     {http.Header{"X-Tenant": {"acme"}}, "the header x-automation-id of the webhook"},
		"twice":       {http.Header{"X-Tenant": {"acme", "globex"}, "X-Automation-Id": {"7"}}, "the header X-Tenant of the webhook"},
	} {
		t.Run(name, func(t *testing.T) {
			err := verify(tt.header, nil)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
