package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/docwright/docwright/internal/diag"
)

// patience is how long a run is quiet about what it does.
const patience = time.Second

// progress tells on a terminal what a long run does, in one line that is
// replaced and at last removed. Its methods do nothing when it is nil: where
// stderr is no terminal, there is none.
type progress struct {
	out   io.Writer
	after time.Duration // before the line is shown
	every time.Duration // between its changes

	mu     sync.Mutex
	order  []string          // clients at work
	doing  map[string]string // what each does
	done   int
	of     int
	stop   chan struct{}
	ceased chan struct{}
}

// newProgress returns the progress of a run that prints to stderr; nil unless
// that is a terminal.
func newProgress(stderr io.Writer) *progress {
	f, ok := stderr.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return &progress{out: f, after: patience, every: 100 * time.Millisecond}
}

// Start begins to tell about a number of clients.
func (p *progress) Start(clients int) {
	if p == nil {
		return
	}
	p.order, p.doing, p.done, p.of = nil, map[string]string{}, 0, clients
	p.stop, p.ceased = make(chan struct{}), make(chan struct{})
	go p.tell()
}

// End removes the line.
func (p *progress) End() {
	if p == nil {
		return
	}
	close(p.stop)
	<-p.ceased
}

// Stage notes what is done for a client; "" when nothing is left to do.
func (p *progress) Stage(client, what string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.doing == nil {
		return // nobody began to tell
	}
	if _, known := p.doing[client]; !known {
		p.order = append(p.order, client)
	}
	if what == "" {
		p.done++
	}
	p.doing[client] = what
}

// line is the line to show.
func (p *progress) line() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, client := range p.order {
		if what := p.doing[client]; what != "" {
			return fmt.Sprintf("%d of %s done; %s: %s", p.done, count(p.of, "client"), diag.PlainLine(client), what)
		}
	}
	return fmt.Sprintf("%d of %s done", p.done, count(p.of, "client"))
}

func (p *progress) tell() {
	defer close(p.ceased)
	select {
	case <-p.stop:
		return
	case <-time.After(p.after):
	}
	tick := time.NewTicker(p.every)
	defer tick.Stop()
	for {
		fmt.Fprintf(p.out, "\r%s\x1b[K", p.line()) // erase to the end of the line: ECMA-48, EL
		select {
		case <-p.stop:
			fmt.Fprint(p.out, "\r\x1b[K")
			return
		case <-tick.C:
		}
	}
}
