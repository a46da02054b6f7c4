package apitest

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"testing"

	"github.com/docwright/docwright/templates/runtime/api"
)

const streamSpec = `{"openapi":"3.1.0","info":{"title":"T","version":"1"},"servers":[{"url":"/"}],"paths":{
	"/text":{"get":{"operationId":"text","responses":{"200":{"description":"ok","content":{"application/json":{},"text/event-stream":{}}}}}},
	"/events":{"get":{"operationId":"events","responses":{"200":{"description":"ok","content":{"text/event-stream":{}}}}}},
	"/lines":{"get":{"operationId":"lines","responses":{"200":{"description":"ok","content":{"text/plain":{},"application/x-ndjson":{}}}}}},
	"/seq":{"get":{"operationId":"seq","responses":{"200":{"description":"ok","content":{"application/geo+json-seq":{}}}}}}}}`

// streamEndpoints are the operations of streamSpec.
var streamEndpoints = []Endpoint{
	{Method: "GET", Path: "/text", Status: 200, ContentType: "application/json", Stream: "text/event-stream"},
	{Method: "GET", Path: "/events", Status: 200, ContentType: "text/event-stream", Stream: "text/event-stream"},
	{Method: "GET", Path: "/lines", Status: 200, ContentType: "application/x-ndjson", Stream: "application/x-ndjson"},
	{Method: "GET", Path: "/seq", Status: 200, ContentType: "application/geo+json-seq", Stream: "application/geo+json-seq"},
}

type streamEvent struct {
	Added     *streamAdded `union:"added"`
	Note      *streamNote  `union:"note"`
	api.Union `union:"event"`
}

type streamAdded struct {
	Event string `json:"event"`
	Data  struct {
		ID int `json:"id"`
	} `json:"data"`
	api.Presence
}

type streamNote struct {
	Event string `json:"event"`
	Data  string `json:"data"`
	api.Presence
}

// TestStreams holds that the client reads the streams that handlers answer with.
func TestStreams(t *testing.T) {
	s, err := Start(&Definition{Spec: streamSpec, Endpoints: streamEndpoints})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	texts := []string{"hello", "two\nlines", `{"id":1}`}
	text := func(context.Context, *Request) ([]string, error) { return texts, nil }
	OnEvents(s, "text", text)
	OnSequence(s, "lines", text)
	OnSequence(s, "seq", text)
	var added streamAdded
	added.Event, added.Data.ID = "added", 7
	OnEventItems(s, "events", func(context.Context, *Request) ([]streamEvent, error) {
		return []streamEvent{{Added: &added}, {Note: &streamNote{Event: "note", Data: "hello\nagain"}}}, nil
	})
	c, err := api.NewClient(api.Config{}, api.WithServer(s.URL))
	if err != nil {
		t.Fatal(err)
	}
	call := func(name, accept string) *api.Call {
		return &api.Call{Operation: name, Method: http.MethodGet, Path: "/" + name, Accept: accept}
	}
	var got []string
	for e, err := range api.Events[string](t.Context(), c, call("text", "text/event-stream")) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Data)
	}
	checkStream(t, "text", got, texts)
	checkStream(t, "lines", collect(t, api.Sequence[string](t.Context(), c, call("lines", "application/x-ndjson"))), texts)
	checkStream(t, "seq", collect(t, api.Sequence[string](t.Context(), c, call("seq", "application/geo+json-seq"))), texts)
	events := collect(t, api.EventItems[streamEvent](t.Context(), c, call("events", "text/event-stream")))
	if len(events) != 2 || events[0].Added == nil || events[0].Added.Data.ID != 7 || events[1].Note == nil || events[1].Note.Data != "hello\nagain" {
		t.Errorf("events: got %+v", events)
	}
}

func collect[T any](t *testing.T, values iter.Seq2[T, error]) []T {
	t.Helper()
	var out []T
	for v, err := range values {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

func checkStream(t *testing.T, name string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", name, got, want)
	}
}
