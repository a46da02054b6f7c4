package apitest

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Limits of what a fake remembers of requests: the oldest go first.
const (
	maxRecords     = 10_000
	maxRecordBytes = 64 << 20
)

// keep remembers a request.
func (s *Server) keep(record Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records, s.recorded = append(s.records, record), s.recorded+len(record.Body)
	drop := max(len(s.records)-maxRecords, 0)
	for k := range drop {
		s.recorded -= len(s.records[k].Body)
	}
	for ; drop < len(s.records)-1 && s.recorded > maxRecordBytes; drop++ {
		s.recorded -= len(s.records[drop].Body)
	}
	if drop > 0 {
		s.records = slices.Delete(s.records, 0, drop)
	}
}

// AllowHosts lets requests be for other hosts than localhost, addresses and the
// document's servers. All may
// be if the fake listens on another address than a loopback one.
func AllowHosts(names ...string) Option {
	return func(s *settings) { s.hosts = append(s.hosts, names...) }
}

// AllowOrigins lets pages of web sites, such as "http://localhost:3000", send
// requests that change something; "*" means all.
func AllowOrigins(origins ...string) Option {
	return func(s *settings) { s.origins = append(s.origins, origins...) }
}

// guarded is the fake behind a check of who asks: a web page that a developer looks
// at must not reach a fake that listens on the developer's machine, neither by a
// name that resolves to it (DNS rebinding) nor by a form.
func (s *Server) guarded() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch origin := r.Header.Get("Origin"); {
		case !s.isFor(r.Host):
			http.Error(w, fmt.Sprintf("the fake does not answer for %q: use its address, or apitest.AllowHosts", r.Host), http.StatusMisdirectedRequest)
		case origin != "" && !isRead(r.Method) && !s.isFrom(origin, r.Host):
			http.Error(w, fmt.Sprintf("the fake does not take a %s from the web page %q: see apitest.AllowOrigins", r.Method, origin), http.StatusForbidden)
		default:
			s.ServeHTTP(w, r)
		}
	})
}

func isRead(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// isFor reports whether host, with or without a port, means the fake.
func (s *Server) isFor(host string) bool {
	name := hostName(host)
	if own, ok := s.client.Transport.(*redirected); ok {
		if _, known := own.hosts.Load(host); known {
			return true
		}
	}
	if listens := net.ParseIP(hostName(s.listener.Addr().String())); listens == nil || !listens.IsLoopback() {
		return true // who asked for that wants to be reached
	}
	for _, server := range s.api.doc.Servers { // documented names are nobody else's
		if u, err := url.Parse(server.URL); err == nil && u.Hostname() != "" && strings.EqualFold(u.Hostname(), name) {
			return true
		}
	}
	return net.ParseIP(name) != nil || name == "localhost" || strings.HasSuffix(name, ".localhost") || strings.EqualFold(name, hostName(s.address)) ||
		slices.ContainsFunc(s.hosts, func(h string) bool { return strings.EqualFold(hostName(h), name) })
}

// hostName cuts the port of a host.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.Trim(host, "[]")
}

// isFrom reports whether a page of origin may send what changes something.
func (s *Server) isFrom(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host == host || slices.Contains(s.origins, "*") || slices.Contains(s.origins, origin)
}
