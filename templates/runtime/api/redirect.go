package api

import (
	"errors"
	"net/http"
	"slices"
)

// Headers that a request may keep when a redirect takes it to another origin.
// All others may identify the caller or belong to the API.
var publicHeaders = []string{"Accept", "Accept-Language", "User-Agent", "Range", "If-None-Match", "If-Modified-Since", "If-Range"}

// guardRedirects returns a copy of client that keeps what it sends within the
// origin of the API. net/http alone drops Authorization and Cookie when the
// host name changes, but not when the port or the scheme does, and no other
// header at all.
func guardRedirects(client *http.Client) *http.Client {
	guarded := *client
	theirs := client.CheckRedirect
	guarded.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if err := checkRedirect(req, via); err != nil {
			return err
		}
		err := error(nil)
		if theirs != nil {
			err = theirs(req, via)
		} else if len(via) >= 10 {
			err = errors.New("stopped after 10 redirects")
		}
		if err == nil || errors.Is(err, http.ErrUseLastResponse) {
			return err
		}
		return &redirectError{err}
	}
	return &guarded
}

// redirectError is why a redirect was not followed: it would not be the next time.
type redirectError struct{ err error }

// Error says why.
func (e *redirectError) Error() string { return e.err.Error() }

// Unwrap returns the reason.
func (e *redirectError) Unwrap() error { return e.err }

// redirectsKey is the key of the context value that has Call.Redirects.
type redirectsKey struct{}

// answersBy reports whether a redirect is a documented response of the call. 304 is
// none: it says that there is nothing to read.
func (call *Call) answersBy(status int) bool {
	return isRedirect(status) && documents(call.Redirects, status)
}

func isRedirect(status int) bool { return status/100 == 3 && status != http.StatusNotModified }

func documents(statuses []int, status int) bool {
	return slices.Contains(statuses, status) || slices.Contains(statuses, status/100)
}

func checkRedirect(req *http.Request, via []*http.Request) error {
	first, last := via[0], via[len(via)-1]
	if statuses, ok := req.Context().Value(redirectsKey{}).([]int); ok && req.Response != nil && documents(statuses, req.Response.StatusCode) {
		return http.ErrUseLastResponse // the response itself (RFC 9110, section 15.4: following is optional)
	}
	if req.URL.Scheme != "http" && req.URL.Scheme != "https" {
		return http.ErrUseLastResponse
	}
	reads := last.Method == http.MethodGet || last.Method == http.MethodHead
	if !reads && req.Method != last.Method && req.Response != nil && req.Response.StatusCode != http.StatusSeeOther {
		return http.ErrUseLastResponse // a write must not turn into a read unseen
	}
	home := originOf(first.URL)
	left := originOf(req.URL) != home
	for _, v := range via {
		left = left || originOf(v.URL) != home
	}
	if !left {
		return nil
	}
	if !reads || req.Body != nil && req.Body != http.NoBody {
		return http.ErrUseLastResponse // what a body carries is for the API alone
	}
	kept := http.Header{}
	for _, name := range publicHeaders {
		if v, ok := req.Header[name]; ok {
			kept[name] = v
		}
	}
	clear(req.Header)
	for name, v := range kept {
		req.Header[name] = v
	}
	return nil
}
