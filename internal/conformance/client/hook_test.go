package client

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/generated/ctrlhub"
)

// log notes what an observer is told.
type log []string

func (l *log) Start(ctx context.Context, e *api.CallEvent) context.Context {
	*l = append(*l, fmt.Sprintf("start %s %s %s", e.Operation, e.Method, e.Route))
	return ctx
}

func (l *log) Retry(_ context.Context, e *api.CallEvent) {
	*l = append(*l, fmt.Sprintf("retry after %d: %d", e.Attempt, e.StatusCode))
}

func (l *log) End(_ context.Context, e *api.CallEvent) {
	*l = append(*l, fmt.Sprintf("end after %d: %d, %t", e.Attempt, e.StatusCode, e.Elapsed >= e.Duration))
}

func TestObserver(t *testing.T) {
	n := 0
	var seen log
	client := ctrlHub(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; n == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		answer(200, contact)(w, r)
	}, api.WithObserver(&seen))
	if _, err := getContact(t, client); err != nil {
		t.Fatal(err)
	}
	want := log{"start contacts.get GET /v3/orgs/{org_id}/customers/contacts/{contact_id}", "retry after 1: 503", "end after 2: 200, true"}
	if !slices.Equal(seen, want) {
		t.Errorf("got %q, want %q", seen, want)
	}
}

// TestDryRun builds the request of a call, and sends nothing.
func TestDryRun(t *testing.T) {
	client := ctrlHub(t, func(http.ResponseWriter, *http.Request) { t.Error("sent") })
	var request *http.Request
	dry := client.With(api.DryRun(func(r *http.Request) { request = r }), api.WithHeader("X-Debug", "1"))
	_, err := dry.Contacts.Update(t.Context(), "o", "c/1", ctrlhub.ContactUpdate{Email: api.Set("x")})
	if !errors.Is(err, api.ErrDryRun) || request == nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(request.Body)
	if request.Method != "PUT" || request.URL.EscapedPath() != "/v3/orgs/o/customers/contacts/c%2F1" || request.Header.Get("X-Debug") != "1" ||
		request.Header.Get("X-Session-Token") != "session-secret" || string(body) != `{"data":{"id":"c/1","type":"contacts","attributes":{"email":"x"}}}` {
		t.Errorf("%s %s %v %s", request.Method, request.URL, request.Header, body)
	}
}

// TestSecrets prints what there is to print.
func TestSecrets(t *testing.T) {
	client := ctrlHub(t, answer(401, `{"errors":[{"title":"session-secret is not valid"}]}`))
	_, err := getContact(t, client)
	for _, text := range []string{fmt.Sprint(err), fmt.Sprintf("%+v %#v", err, err), fmt.Sprintf("%+v", *client.Contacts), fmt.Sprintf("%#v", client)} {
		if strings.Contains(text, "session-secret") {
			t.Errorf("a credential shows in %s", text)
		}
	}
	if !errors.Is(err, api.ErrUnauthorized) {
		t.Error(err)
	}
}

// TestDownload streams what is no JSON, and unpacks what comes packed.
func TestDownload(t *testing.T) {
	client := ctrlHub(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v3/images/i1/original.jpg" {
			w.Header().Set("Content-Type", jsonAPI)
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.WriteString(z, contact)
			_ = z.Close()
			return
		}
		w.Header().Set("Content-Type", "image/jpeg")
		for range 100 {
			_, _ = io.WriteString(w, strings.Repeat("x", 1<<16))
		}
	}, api.WithResponseLimit(1<<20)) // streams have no limit
	body, err := client.Images.Download(t.Context(), "i1", "original.jpg")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, body); err != nil || n != 100<<16 {
		t.Errorf("%d bytes, %v", n, err)
	}
	if err := body.Close(); err != nil {
		t.Error(err)
	}
	if got, err := getContact(t, client); err != nil || got.FirstName != "Ann" {
		t.Errorf("%+v %v", got, err)
	}
}
