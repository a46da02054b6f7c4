package api

import (
	"errors"
	"net/http"
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
		if theirs != nil {
			return theirs(req, via)
		}
		if len(via) >= 10 {
			return errors.New("stopped after 10 redirects")
		}
		return nil
	}
	return &guarded
}

func checkRedirect(req *http.Request, via []*http.Request) error {
	first, last := via[0], via[len(via)-1]
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
	if !reads {
		return http.ErrUseLastResponse // what a write carries is for the API alone
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
