package apitest

import (
	"net/http"
	"strconv"
	"time"
)

// FaultOption describes what [Server.Fault] does to answers.
type FaultOption func(*fault)

// fault is a rule: what is done to how many answers of which operation.
type fault struct {
	operation string // "" for all
	latency   time.Duration
	status    int // 0 leaves the response as it is
	header    http.Header
	cut       int // bytes of the body; -1 for all
	reset     bool
	left      int // answers to come; -1 for any number
}

// Latency holds answers back.
func Latency(d time.Duration) FaultOption { return func(f *fault) { f.latency = d } }

// Status answers with an error of this status, instead of what would have been
// answered. The request has no effect.
func Status(code int) FaultOption { return func(f *fault) { f.status = code } }

// RetryAfter adds a header Retry-After of whole seconds.
func RetryAfter(d time.Duration) FaultOption {
	return func(f *fault) { f.header.Set("Retry-After", strconv.Itoa(int(d.Seconds()))) }
}

// CutBody sends n bytes of the body, and then breaks the connection. The request
// has its effect.
func CutBody(n int) FaultOption { return func(f *fault) { f.cut = max(n, 0) } }

// Reset breaks the connection before there is a response. The request has no
// effect.
func Reset() FaultOption { return func(f *fault) { f.reset = true } }

// Times ends the fault after n answers. Without it, the fault lasts.
func Times(n int) FaultOption { return func(f *fault) { f.left = n } }

// Only is for the answers of one operation, by its operationId: "contacts.get".
func Only(operation string) FaultOption { return func(f *fault) { f.operation = operation } }

// Fault spoils answers from now on. Of several faults that a request meets, the
// first that was set and is not used up takes it.
func (s *Server) Fault(opts ...FaultOption) {
	f := &fault{cut: -1, left: -1, header: http.Header{}}
	for _, opt := range opts {
		opt(f)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// Heal takes all faults back.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// nextFault uses up one of the faults for an operation; nil when there is none.
func (s *Server) nextFault(operation string) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.left == 0 || f.operation != "" && f.operation != operation {
			continue
		}
		if f.left > 0 {
			f.left--
		}
		return f
	}
	return nil
}
