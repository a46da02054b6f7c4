package api

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// tokenServer is a token endpoint that hands out token-1, token-2, …
type tokenServer struct {
	*httptest.Server
	issued atomic.Int64
	asked  atomic.Int64
	life   string // of a token, as JSON
	fail   func(n int64, w http.ResponseWriter, r *http.Request) bool
	last   func(r *http.Request)
}

func newTokenServer(t testing.TB, life string) *tokenServer {
	s := &tokenServer{life: life}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		n := s.asked.Add(1)
		if s.last != nil {
			s.last(r)
		}
		if s.fail != nil && s.fail(n, w, r) {
			return
		}
		answer(w, 200, fmt.Sprintf(`{"access_token":"token-%d","token_type":"bearer","expires_in":%s}`, s.issued.Add(1), s.life))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *tokenServer) credential() Credential {
	return ClientCredentials(OAuth2{TokenURL: s.URL + "/token", ID: "the id", Secret: NewSecret(topSecret), Scopes: []string{"a", "b"}, Client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}})
}

func TestClientCredentials(t *testing.T) {
	auth := newTokenServer(t, `"3600"`)
	var form url.Values
	auth.last = func(r *http.Request) { form = r.PostForm }
	var sent []string
	c, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) { sent = append(sent, r.Header.Get("Authorization")) },
		WithCredential("oauth", auth.credential()))
	for range 3 {
		if err := Exec(t.Context(), c, get("/x")); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Join(sent, " ") != "Bearer token-1 Bearer token-1 Bearer token-1" || auth.asked.Load() != 1 {
		t.Errorf("sent %q, asked %d times", sent, auth.asked.Load())
	}
	if got, want := form.Encode(), "client_id=the+id&client_secret="+topSecret+"&grant_type=client_credentials&scope=a+b"; got != want {
		t.Errorf("form %s", got)
	}
}

func TestClientCredentialsInHeader(t *testing.T) {
	auth := newTokenServer(t, "3600")
	var header string
	auth.last = func(r *http.Request) { header = r.Header.Get("Authorization") }
	auth.fail = func(_ int64, w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Authorization") == "" {
			answer(w, 401, `{"error":"invalid_client"}`)
			return true
		}
		return false
	}
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {}, WithCredential("oauth", auth.credential()))
	if err := Exec(t.Context(), c, get("/x")); err != nil {
		t.Fatal(err)
	}
	if want := "Basic " + base64.StdEncoding.EncodeToString([]byte("the+id:"+topSecret)); header != want || auth.asked.Load() != 2 {
		t.Errorf("header %q", header)
	}
}

func TestRelativeTokenURL(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/oauth/token" {
			answer(w, 200, `{"access_token":"t"}`)
		}
	}, WithCredential("oauth", ClientCredentials(OAuth2{TokenURL: "/oauth/token", ID: "id"})))
	if err := Exec(t.Context(), c, get("/x")); err != nil {
		t.Error(err)
	}
}

// A thousand concurrent calls with tokens that end all the time: one refresh
// for each end.
func TestOneRefreshPerExpiry(t *testing.T) {
	const life = time.Second
	auth := newTokenServer(t, "1")
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" {
			answer(w, 403, `{}`)
		}
	}, WithCredential("oauth", auth.credential()))
	var wg sync.WaitGroup
	start := time.Now()
	for k := range 1000 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for time.Since(start) < 2*life {
				if err := Exec(t.Context(), c, get("/x")); err != nil {
					t.Error(err)
				}
				time.Sleep(time.Duration(400+k%400) * time.Millisecond)
			}
		}()
	}
	wg.Wait()
	took := time.Since(start)
	most := int64(took/(life*9/10)) + 1 // a token is replaced after 0.9 of its life
	if n := auth.issued.Load(); n < 2 || n > most || n != auth.asked.Load() {
		t.Errorf("%d tokens in %s, want 2 to %d, one for each life", n, took, most)
	}
}

// All calls meet the refusal of one token together: one refresh.
func TestOneRefreshAfterRefusal(t *testing.T) {
	auth := newTokenServer(t, "3600")
	var revoked atomic.Bool
	var gate sync.WaitGroup
	const n = 200
	gate.Add(n)
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if revoked.Load() && r.Header.Get("Authorization") == "Bearer token-1" {
			gate.Done()
			gate.Wait()
			answer(w, 401, `{"error":"expired"}`)
		}
	}, WithCredential("oauth", auth.credential()))
	if err := Exec(t.Context(), c, get("/x")); err != nil {
		t.Fatal(err)
	}
	revoked.Store(true)
	var wg sync.WaitGroup
	for range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var resp Response
			if err := Exec(t.Context(), c, post(ownerBody{"e"}), CaptureResponse(&resp)); err != nil || resp.Attempts != 2 {
				t.Errorf("%v after %d attempts", err, resp.Attempts)
			}
		}()
	}
	wg.Wait()
	if auth.issued.Load() != 2 {
		t.Errorf("%d tokens, want 2", auth.issued.Load())
	}
}

func TestRefusedForGood(t *testing.T) {
	auth := newTokenServer(t, "3600")
	calls := 0
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		answer(w, 401, `{"message":"no"}`)
	})
	tests := []struct {
		credential Credential
		calls      int
	}{
		{auth.credential(), 2},
		{Bearer("static-token"), 1},
		{Token(TokenFunc(func(context.Context) (AccessToken, error) {
			return AccessToken{Value: NewSecret("always-the-same")}, nil
		})), 1},
	}
	for _, tt := range tests {
		calls = 0
		c.credentials["x"] = tt.credential
		err := Exec(t.Context(), c, get("/x"))
		if !errors.Is(err, ErrUnauthorized) || calls != tt.calls {
			t.Errorf("%v: %d calls, %v", tt.credential, calls, err)
		}
	}
}

func TestTokenEndpointErrors(t *testing.T) {
	auth := newTokenServer(t, "3600")
	c, _ := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("called without a token") }, WithCredential("oauth", auth.credential()))
	tests := []struct {
		status int
		body   string
		want   string
		asked  int64
	}{
		{400, `{"error":"invalid_scope","error_description":"no \u001b[31m scope for ` + topSecret + `"}`, "400 Bad Request: invalid_scope: no [31m scope for [redacted]", 2},
		{401, `{"error":"invalid_client"}`, "401 Unauthorized: invalid_client", 2},
		{200, `{"error":"slow_down"}`, "200 OK: slow_down", 1},
		{200, `{}`, "200 OK: the response has no access_token", 1},
		{200, `<html>`, "200 OK: the response has no access_token", 1},
		{307, ``, "307 Temporary Redirect", 1},
		{200, `{"access_token":"a\nb"}`, "", 1},
	}
	for _, tt := range tests {
		before := auth.asked.Load()
		auth.fail = func(_ int64, w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Location", "https://evil.example/")
			answer(w, tt.status, tt.body)
			return true
		}
		err := Exec(t.Context(), c, get("/x"))
		want := "things.get: api: no access token from " + auth.URL + "/token: " + tt.want
		if tt.want == "" {
			want = "things.get: api: no access token: the token has a control character"
		}
		wantText(t, err, want)
		var failed *AuthError
		if !errors.As(err, &failed) {
			t.Errorf("a %T", err)
		}
		if n := auth.asked.Load() - before; n != tt.asked {
			t.Errorf("%s: asked %d times, want %d", tt.body, n, tt.asked)
		}
	}
}

func TestTokenEndpointDownThenUp(t *testing.T) {
	auth := newTokenServer(t, "3600")
	auth.fail = func(n int64, w http.ResponseWriter, _ *http.Request) bool {
		if n <= 3 {
			answer(w, 503, ``)
			return true
		}
		if n <= 5 { // a connection that breaks
			panic(http.ErrAbortHandler)
		}
		return false
	}
	c, _ := serve(t, func(http.ResponseWriter, *http.Request) {}, WithCredential("oauth", auth.credential()))
	wantText(t, Exec(t.Context(), c, get("/x")), "things.get: api: no access token from "+auth.URL+"/token: 503 Service Unavailable")
	if err := Exec(t.Context(), c, get("/x")); err != nil || auth.asked.Load() != 6 {
		t.Errorf("%v after %d requests", err, auth.asked.Load())
	}
}

// One failure is the failure of all who waited for it; the next call tries anew.
func TestFailureIsShared(t *testing.T) {
	auth := newTokenServer(t, "3600")
	release := make(chan struct{})
	auth.fail = func(_ int64, w http.ResponseWriter, _ *http.Request) bool {
		<-release
		answer(w, 400, `{"error":"invalid_grant"}`)
		return true
	}
	c, _ := serve(t, func(http.ResponseWriter, *http.Request) {}, WithCredential("oauth", auth.credential()))
	var wg sync.WaitGroup
	for range 50 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			wantPart(t, Exec(t.Context(), c, get("/x")), "invalid_grant")
		}()
	}
	time.Sleep(50 * time.Millisecond)
	close(release)
	wg.Wait()
	if n := auth.asked.Load(); n != 2 { // in the body and in the header
		t.Errorf("asked %d times", n)
	}
	auth.fail = nil
	if err := Exec(t.Context(), c, get("/x")); err != nil {
		t.Error(err)
	}
}

// A caller that gives up neither keeps the others waiting nor takes them along.
func TestWaitersRespectTheirContexts(t *testing.T) {
	auth := newTokenServer(t, "3600")
	auth.fail = func(n int64, _ http.ResponseWriter, r *http.Request) bool {
		if n == 1 { // hangs until the first caller leaves
			<-r.Context().Done()
			return true
		}
		return false
	}
	c, _ := serve(t, func(http.ResponseWriter, *http.Request) {}, WithCredential("oauth", auth.credential()))
	first, leave := context.WithCancel(t.Context())
	errs := make(chan error, 2)
	go func() { errs <- Exec(first, c, get("/x")) }()
	for auth.asked.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	err := Exec(short, c, get("/x"))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the impatient waiter got %v", err)
	}
	go func() { errs <- Exec(t.Context(), c, get("/x")) }()
	time.Sleep(20 * time.Millisecond)
	leave()
	got := []error{<-errs, <-errs}
	if (got[0] == nil) == (got[1] == nil) {
		t.Errorf("got %v; want one to be cancelled, one to succeed", got)
	}
	for _, err := range got {
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}

// oauthToken has the methods of *oauth2.Token that TokensFrom needs.
type oauthToken struct{ value string }

func (t *oauthToken) Valid() bool                   { return t != nil && t.value != "" }
func (t *oauthToken) SetAuthHeader(r *http.Request) { r.Header.Set("Authorization", "MAC "+t.value) }

// oauthSource is shaped as oauth2.TokenSource.
type oauthSource interface{ Token() (*oauthToken, error) }

type countingSource struct{ n atomic.Int64 }

func (s *countingSource) Token() (*oauthToken, error) {
	if n := s.n.Add(1); n > 3 {
		return nil, errors.New("source is dry")
	} else {
		return &oauthToken{fmt.Sprint("t", n)}, nil
	}
}

func TestTokensFrom(t *testing.T) {
	var sent []string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		sent = append(sent, r.Header.Get("Authorization"))
		if len(sent) == 2 {
			answer(w, 401, `{}`)
		}
	})
	var source oauthSource = &countingSource{}
	c.credentials["x"] = Token(TokensFrom(source))
	for range 2 {
		if err := Exec(t.Context(), c, get("/x")); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(sent, ","); got != "MAC t1,MAC t2,MAC t3" {
		t.Errorf("sent %s", got)
	}
	wantText(t, Exec(t.Context(), c, get("/x")), "things.get: api: no access token: source is dry")
	c.credentials["x"] = Token(TokensFrom(oauthSource(badSource{})))
	wantText(t, Exec(t.Context(), c, get("/x")), "things.get: api: no access token: the token source gave a token that is not valid")
}

type badSource struct{}

func (badSource) Token() (*oauthToken, error) { return &oauthToken{}, nil }
