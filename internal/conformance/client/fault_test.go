package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/generated/clarus"
	"github.com/docwright/docwright/generated/ctrlhub"
)

// getContact is the call that most tests make.
func getContact(t *testing.T, client *ctrlhub.Client, opts ...api.CallOption) (*ctrlhub.Contact, error) {
	t.Helper()
	return client.With(opts...).Contacts.Get(t.Context(), "o", "c1")
}

// hangUp ends a connection after text, with a reset.
func hangUp(w http.ResponseWriter, text string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(conn, text)
	if tcp, ok := conn.(interface{ SetLinger(int) error }); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

func TestConnectionRefused(t *testing.T) {
	srv := httptest.NewServer(nil)
	srv.Close()
	client, err := ctrlhub.New(ctrlhub.WithSessionToken("session-secret"), api.WithServer(srv.URL), quick)
	if err != nil {
		t.Fatal(err)
	}
	_, err = getContact(t, client)
	var lost *api.TransportError
	if !errors.As(err, &lost) || lost.Attempts != 3 || !strings.Contains(err.Error(), "connection refused (GET /v3/orgs/o/customers/contacts/c1, after 3 attempts)") || strings.Contains(fmt.Sprintf("%+v", lost), "session-secret") {
		t.Errorf("got %v", err)
	}
}

func TestResets(t *testing.T) {
	for name, text := range map[string]string{
		"before headers": "",
		"in headers":     "HTTP/1.1 200 O",
		"in body":        "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.api+json\r\nContent-Length: 900\r\n\r\n{\"data\":",
	} {
		t.Run(name, func(t *testing.T) {
			var n atomic.Int64
			client := ctrlHub(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				if n.Add(1) < 3 {
					hangUp(w, text)
					return
				}
				body := contact
				if r.Method == http.MethodPost {
					body = `{"data":{"type":"customer-accounts","id":"a1"}}`
				}
				answer(200, body)(w, r)
			})
			got, err := getContact(t, client)
			if err != nil || got.FirstName != "Ann" || n.Load() != 3 {
				t.Errorf("%d requests: %+v %v", n.Load(), got, err)
			}
			n.Store(0) // a POST may have been carried out
			_, err = client.CustomerAccounts.Create(t.Context(), "o", ctrlhub.CustomerAccountCreate{})
			if err == nil || n.Load() != 1 {
				t.Errorf("%d requests: %v", n.Load(), err)
			}
			n.Store(0) // unless the server knows it again
			_, err = client.With(api.WithIdempotencyKey("k")).CustomerAccounts.Create(t.Context(), "o", ctrlhub.CustomerAccountCreate{})
			if err != nil || n.Load() != 3 {
				t.Errorf("%d requests: %v", n.Load(), err)
			}
		})
	}
}

func TestSlowServers(t *testing.T) {
	for name, begin := range map[string]string{"headers": "", "body": `{"data":`} {
		t.Run(name, func(t *testing.T) {
			client := ctrlHub(t, func(w http.ResponseWriter, r *http.Request) {
				if begin != "" {
					_, _ = io.WriteString(w, begin)
					w.(http.Flusher).Flush()
				}
				<-r.Context().Done()
			})
			start := time.Now()
			_, err := getContact(t, client, api.WithTimeout(40*time.Millisecond))
			var lost *api.TransportError
			if !errors.As(err, &lost) || !lost.Timeout() || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("timeout: %v", err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(40*time.Millisecond, cancel)
			if _, err := client.Contacts.Get(ctx, "o", "c1"); !errors.Is(err, context.Canceled) {
				t.Errorf("cancel: %v", err)
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

// TestStorm lets a hundred calls meet a server that wants to be left alone.
func TestStorm(t *testing.T) {
	for name, when := range map[string]func() string{
		"seconds": func() string { return "1" },
		"date":    func() string { return time.Now().Add(2 * time.Second).UTC().Format(http.TimeFormat) },
	} {
		t.Run(name, func(t *testing.T) {
			var sent, early atomic.Int64
			start := time.Now()
			client := ctrlHub(t, func(w http.ResponseWriter, r *http.Request) {
				if sent.Add(1) <= 100 {
					answer(429, `{"errors":[{"status":"429"}]}`, "Retry-After", when())(w, r)
					return
				}
				if time.Since(start) < 990*time.Millisecond {
					early.Add(1)
				}
				answer(200, contact)(w, r)
			})
			var wg sync.WaitGroup
			for range 100 {
				wg.Go(func() {
					if _, err := getContact(t, client); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if sent.Load() != 200 || early.Load() != 0 {
				t.Errorf("%d requests, %d before the time", sent.Load(), early.Load())
			}
		})
	}
	t.Run("beyond the deadline", func(t *testing.T) {
		client := ctrlHub(t, answer(429, `{}`, "Retry-After", "3"))
		start := time.Now()
		_, err := getContact(t, client, api.WithTimeout(time.Second))
		if !errors.Is(err, api.ErrTooManyRequests) || time.Since(start) > 500*time.Millisecond {
			t.Errorf("after %s: %v", time.Since(start), err)
		}
	})
}

func TestFailuresThenSuccess(t *testing.T) { onBackends(t, testFailuresThenSuccess) }

func testFailuresThenSuccess(t *testing.T, ctrlHub connect) {
	var n atomic.Int64
	var bodies sync.Map
	client := ctrlHub(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies.Store(string(body), true)
		if k := n.Add(1); k < 3 {
			w.WriteHeader(499 + int(k)*2 - 1) // 500, 502
			return
		}
		answer(200, contact)(w, r)
	})
	if got, err := client.Contacts.Update(t.Context(), orgID, contactID, ctrlhub.ContactUpdate{Email: api.Set("x@x.org")}); err != nil || got.ID != contactID || n.Load() != 3 {
		t.Errorf("%d requests: %+v %v", n.Load(), got, err)
	}
	count := 0
	bodies.Range(func(any, any) bool { count++; return true })
	if count != 1 {
		t.Errorf("%d different bodies", count)
	}
}

// TestOtherOrigins holds that no credential and no body goes to another server.
func TestOtherOrigins(t *testing.T) {
	var stolen atomic.Value
	var visits atomic.Int64
	thief := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		body, _ := io.ReadAll(r.Body)
		stolen.Store(fmt.Sprint(r.Header, r.URL, string(body)))
		answer(200, contact)(w, r)
	}))
	defer thief.Close()
	client := ctrlHub(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/v3/schemes":
			answer(200, `{"data":[{"type":"schemes","id":"1"}],"links":{"next":"`+thief.URL+`/v3/schemes?offset=1"}}`)(w, r)
		default:
			http.Redirect(w, r, thief.URL+"/x", http.StatusTemporaryRedirect)
		}
	})
	if _, err := getContact(t, client); err != nil {
		t.Errorf("a GET follows: %v", err)
	}
	if got, ok := stolen.Load().(string); !ok || strings.Contains(got, "session-secret") || strings.Contains(got, "Session-Token") {
		t.Errorf("the other server got %s", got)
	}
	visits.Store(0)
	if _, err := client.Contacts.Update(t.Context(), "o", "c1", ctrlhub.ContactUpdate{Email: api.Set("private")}); err == nil || visits.Load() != 0 {
		t.Errorf("a PUT was sent on: %v", err)
	}
	items := 0
	for _, err := range client.Schemes.All(t.Context()) {
		var other *api.OriginError
		if err == nil {
			items++
		} else if !errors.As(err, &other) {
			t.Errorf("got %v", err)
		}
	}
	if items != 1 || visits.Load() != 0 {
		t.Errorf("%d items, %d visits", items, visits.Load())
	}
}

// tokens is a token endpoint beside an API that accepts its newest token and the one
// before, which calls under way may still have.
type tokens struct {
	life           int // seconds
	down           atomic.Int64
	asked, current atomic.Int64
	refused        atomic.Int64
}

func (k *tokens) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path != "/oauth/token":
		token, err := strconv.ParseInt(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer t"), 10, 64)
		if err != nil || token < k.current.Load()-1 {
			k.refused.Add(1)
			answer(401, `{"error":"expired"}`, "Content-Type", "application/json")(w, r)
			return
		}
		answer(200, `{"data":{"id":1,"type":"accounts"}}`, "Content-Type", "application/json")(w, r)
	case k.down.Add(-1) >= 0:
		k.asked.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	default:
		k.asked.Add(1)
		time.Sleep(5 * time.Millisecond) // so that others wait
		body := fmt.Sprintf(`{"access_token":"t%d","token_type":"bearer","expires_in":%d}`, k.current.Add(1), k.life)
		answer(200, body, "Content-Type", "application/json")(w, r)
	}
}

// client returns a client of the Clarus API that gets its tokens from k.
func (k *tokens) client(t *testing.T) *clarus.Client {
	t.Helper()
	srv, opts := server(t, k)
	credential := api.ClientCredentials(api.OAuth2{TokenURL: srv.URL + "/oauth/token", ID: "id", Secret: api.NewSecret("oauth-secret")})
	client, err := clarus.New(append(opts, api.WithCredential("OAuth2", credential), clarus.WithSubdomain("acme"))...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestTokenEndpointDownThenUp(t *testing.T) {
	k := &tokens{life: 3600}
	client := k.client(t)
	k.down.Store(9)
	_, err := client.Accounts.Create(t.Context(), clarus.AccountCreate{})
	var none *api.AuthError
	if !errors.As(err, &none) || none.StatusCode != 503 || strings.Contains(fmt.Sprintf("%v %+v", err, client), "oauth-secret") {
		t.Fatalf("got %v", err)
	}
	k.down.Store(2) // two failures, then a token
	if _, err := client.Accounts.Create(t.Context(), clarus.AccountCreate{}); err != nil {
		t.Error(err)
	}
	if n := k.current.Load(); n != 1 {
		t.Errorf("%d tokens", n)
	}
}

// TestThousandCalls makes 1,000 calls at once, again and again, while tokens end.
func TestThousandCalls(t *testing.T) {
	k := &tokens{life: 1}
	client := k.client(t)
	start := time.Now()
	for round := 0; round < 3 || time.Since(start) < 2*time.Second; round++ {
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				if _, err := client.Accounts.Create(t.Context(), clarus.AccountCreate{}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	lives := int64(time.Since(start)/(900*time.Millisecond)) + 1 // a token is replaced after 0.9 of its life
	late := k.refused.Load()                                     // calls that a busy machine kept for two lives of a token
	if n := k.current.Load(); n < 2 || n > lives+late || k.asked.Load() != n {
		t.Errorf("%d tokens in %s for %d requests of one, want one for each life, at most %d; %d calls were refused", n, time.Since(start), k.asked.Load(), lives, late)
	}
}

// TestRevokedToken makes 1,000 calls with a token that the server no longer takes:
// one refresh, and nobody fails.
func TestRevokedToken(t *testing.T) {
	k := &tokens{life: 3600}
	client := k.client(t)
	if _, err := client.Accounts.Create(t.Context(), clarus.AccountCreate{}); err != nil {
		t.Fatal(err)
	}
	k.current.Add(2)
	var wg sync.WaitGroup
	for range 1000 {
		wg.Go(func() {
			if _, err := client.Accounts.Create(t.Context(), clarus.AccountCreate{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := k.asked.Load(); n != 2 {
		t.Errorf("%d tokens were asked for, want 2", n)
	}
}

// TestBodyOverTheLimit does not read what is too long, whatever is said of its length.
func TestBodyOverTheLimit(t *testing.T) {
	for name, declared := range map[string]bool{"declared": true, "endless": false} {
		t.Run(name, func(t *testing.T) {
			client := ctrlHub(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", jsonAPI)
				if declared {
					w.Header().Set("Content-Length", "9999999999")
				}
				for block := strings.Repeat(" ", 1<<16); r.Context().Err() == nil; {
					if _, err := io.WriteString(w, block); err != nil {
						return
					}
				}
			})
			_, err := getContact(t, client, api.WithResponseLimit(1<<20))
			var bad *api.BodyError
			if !errors.As(err, &bad) || !errors.Is(err, api.ErrTooLarge) || len(bad.Response.Body) > 1<<20 {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestManyIncluded links ten thousand included resources that all lead to each
// other. Whether the time is linear, BenchmarkIncluded says.
func TestManyIncluded(t *testing.T) {
	body := chain(10_000)
	client := ctrlHub(t, answer(200, body))
	got, err := getContact(t, client)
	if err != nil {
		t.Fatal(err)
	}
	n, at := 0, got.Author.Loaded()
	for at != nil && n < 20_000 {
		at = at.ManagingOrganisation.Loaded().Users.Loaded()[0]
		if n++; at.ID == "u0" {
			break
		}
	}
	if n != 5000 {
		t.Errorf("the circle has %d users, want 5000", n)
	}
}

// chain is a document that includes n resources: a circle of users and
// organisations, each of which leads to the next.
func chain(n int) string {
	var b strings.Builder
	b.WriteString(`{"data":{"type":"contacts","id":"c1","relationships":{"author":{"data":{"type":"users","id":"u0"}}}},"included":[`)
	for k := range n / 2 {
		if k > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"type":"users","id":"u%d","relationships":{"managing_organisation":{"data":{"type":"organisations","id":"o%d"}}}},`, k, k)
		fmt.Fprintf(&b, `{"type":"organisations","id":"o%d","relationships":{"users":{"data":[{"type":"users","id":"u%d"}]}}}`, k, (k+1)%(n/2))
	}
	b.WriteString("]}")
	return b.String()
}

// BenchmarkIncluded reports the time per included resource of whole calls, which
// should be the same for all sizes.
func BenchmarkIncluded(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			body := chain(n)
			client := ctrlHub(b, answer(200, body), api.WithResponseLimit(0))
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.Contacts.Get(b.Context(), "o", "c1"); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/resource")
		})
	}
}
