package client

import (
	"errors"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/generated/ctrlhub"
)

// schemes serves a list of so many schemes, two on a page, and counts requests.
func schemes(total int, requests *atomic.Int64) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		body, next := `{"data":[`, "null"
		for k := offset; k < min(offset+2, total); k++ {
			if k > offset {
				body += ","
			}
			body += `{"type":"schemes","id":"` + strconv.Itoa(k) + `"}`
		}
		if offset+2 < total {
			next = strconv.Itoa(offset + 2)
		}
		answer(200, body+`],"meta":{"pagination":{"counts":{"resources":`+strconv.Itoa(total)+`},"offsets":{"next":`+next+`}}}}`)(w, r)
	}
}

func TestPages(t *testing.T) { onBackends(t, testPages) }

func testPages(t *testing.T, ctrlHub connect) {
	var requests atomic.Int64
	client := ctrlHub(t, schemes(7, &requests))
	for name, opts := range map[string][]api.CallOption{"one by one": nil, "ahead": {api.WithPrefetch()}} {
		requests.Store(0)
		var ids string
		for scheme, err := range client.With(opts...).Schemes.All(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			ids += scheme.ID
		}
		if ids != "0123456" || requests.Load() != 4 {
			t.Errorf("%s: %s in %d requests", name, ids, requests.Load())
		}
	}
	pages := 0
	for page, err := range client.Schemes.Pages(t.Context(), ctrlhub.SchemeListParams{Offset: api.Set(int64(2))}) {
		if err != nil {
			t.Fatal(err)
		}
		pages++
		if page.Meta.Pagination.Counts.Resources != 7 {
			t.Errorf("meta: %+v", page.Meta)
		}
	}
	if pages != 3 {
		t.Errorf("%d pages from offset 2, want 3", pages)
	}
}

// TestBrokenLoop breaks out of loops, some of which fetch ahead from a server that
// does not answer: the harness sees what is left behind.
func TestBrokenLoop(t *testing.T) { onBackends(t, testBrokenLoop) }

func testBrokenLoop(t *testing.T, ctrlHub connect) {
	var requests atomic.Int64
	list := schemes(100, &requests)
	client := ctrlHub(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("offset") == "4" {
			<-r.Context().Done()
			return
		}
		list(w, r)
	})
	for _, opts := range [][]api.CallOption{nil, {api.WithPrefetch()}} {
		items := 0
		for range client.With(opts...).Schemes.All(t.Context()) {
			if items++; items == 4 {
				break
			}
		}
		for range client.With(opts...).Schemes.Pages(t.Context()) {
			break
		}
	}
	time.Sleep(10 * time.Millisecond)
}

// TestLoopEndsOnce ends with one error: of a server that fails, and of one that
// leads in circles.
func TestLoopEndsOnce(t *testing.T) { onBackends(t, testLoopEndsOnce) }

func testLoopEndsOnce(t *testing.T, ctrlHub connect) {
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    error
	}{
		"failure": {func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("offset") == "" {
				answer(200, `{"data":[{"type":"schemes","id":"1"}],"meta":{"pagination":{"offsets":{"next":1}}}}`)(w, r)
				return
			}
			answer(404, `{}`)(w, r)
		}, api.ErrNotFound},
		"circle":        {answer(200, `{"data":[{"type":"schemes","id":"1"}],"meta":{"pagination":{"offsets":{"next":1}}}}`), api.ErrPageLoop},
		"circular link": {answer(200, `{"data":[{"type":"schemes","id":"1"}],"links":{"next":"/v3/schemes?offset=1"}}`), api.ErrPageLoop},
	} {
		t.Run(name, func(t *testing.T) {
			client := ctrlHub(t, c.handler)
			failures, last := 0, error(nil)
			for _, err := range client.Schemes.All(t.Context()) {
				if last = err; err != nil {
					failures++
				}
			}
			if failures != 1 || !errors.Is(last, c.want) {
				t.Errorf("%d failures, the last %v, want one %v", failures, last, c.want)
			}
		})
	}
}
