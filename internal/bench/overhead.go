package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/docwright/docwright/internal/bench/out/api"
	"github.com/docwright/docwright/internal/bench/out/articles"
	"github.com/docwright/docwright/internal/bench/out/jsonapi"
	peer "github.com/docwright/docwright/internal/bench/out/peer/articles"
)

const mediaType = "application/vnd.api+json"

// overhead prints what a call of a generated method takes, against one with
// net/http alone that reads the same body with the same codec, over loopback and
// in turn.
func (r *report) overhead(rounds int, each time.Duration) error {
	one, page := onePayload(), pagePayload(100, true)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		body := one
		if r.URL.Path == "/articles" {
			body = page
		}
		_, _ = w.Write(body)
	}))
	defer server.Close()
	client, err := articles.New(api.WithServer(server.URL), articles.WithBearer("token"), api.WithHTTPClient(server.Client()))
	if err != nil {
		return err
	}
	ctx := context.Background()
	calls := new(suite)
	calls.add("call_one", ours, len(one), func() error {
		_, err := client.Articles.Get(ctx, articleID(0))
		return err
	})
	calls.add("call_one", "nethttp", len(one), func() error {
		return bare(server.Client(), server.URL+"/articles/"+articleID(0), new(articleDocument), api.Unmarshal)
	})
	calls.add("call_one", "nethttp+"+standard, len(one), func() error {
		return bare(server.Client(), server.URL+"/articles/"+articleID(0), new(struct {
			Data peer.Article `json:"data"`
		}), json.Unmarshal)
	})
	calls.add("call_page", ours, len(page), func() error {
		_, err := client.Articles.List(ctx, articles.ArticleListParams{PageLimit: api.Set[int64](100)})
		return err
	})
	calls.add("call_page", "nethttp", len(page), func() error {
		doc := new(jsonapi.Document[[]*articles.Article, articles.ArticleListMeta])
		err := bare(server.Client(), server.URL+"/articles?page%5Blimit%5D=100", doc, api.Unmarshal)
		doc.Link()
		return err
	})
	fmt.Println()
	if err := calls.measure(rounds, each); err != nil {
		return err
	}
	calls.table(os.Stdout)
	return r.compareCalls(calls, rounds)
}

func (r *report) compareCalls(s *suite, rounds int) error {
	for group, name := range map[string]string{"call_one": "call_overhead", "call_page": "call_page_overhead"} {
		mine, other := s.find(group, ours), s.find(group, "nethttp")
		ratio, err := inTurn(100*rounds, mine, other)
		if err != nil {
			return err
		}
		r.ratio(name, ratio)
		r.ratio(name+"_allocs", mine.allocs()/other.allocs())
	}
	return nil
}

// bare is a call as its caller would write it with net/http alone.
func bare(client *http.Client, url string, v any, unmarshal func([]byte, any) error) error {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", mediaType)
	req.Header.Set("Authorization", "Bearer token")
	req.Header.Set("User-Agent", "bench")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return unmarshal(body, v)
}
