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
)

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
