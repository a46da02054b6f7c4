package main

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
)

// nulls finds out whether a note that is null differs from one that is absent.
func nulls(c *client, s *server) (string, error) {
	read := func(note string) (any, error) {
		s.always(http.StatusOK, order("paid", note))
		got, _, err := c.get()
		return got, err
	}
	var orders []any
	for _, note := range []string{`"note":null,`, "", ""} {
		got, err := read(note)
		if err != nil {
			return "", err
		}
		orders = append(orders, got)
	}
	if !reflect.DeepEqual(orders[1], orders[2]) {
		return "", fmt.Errorf("two orders from the same text are not equal: %v, %v", orders[1], orders[2])
	}
	var bodies []string
	for _, change := range []change{leave, setNull} {
		if err := c.send(change); err != nil {
			return "", err
		}
		bodies = append(bodies, strings.Join(strings.Fields(s.sent), ""))
	}
	if bodies[0] != "{}" {
		return "", fmt.Errorf("an update that changes nothing is %s", bodies[0])
	}
	inResponses, inRequests := !reflect.DeepEqual(orders[0], orders[1]), bodies[1] == `{"note":null}`
	switch {
	case inResponses && inRequests:
		return "in responses and requests", nil
	case inResponses:
		return "in responses", nil
	case inRequests:
		return "in requests", nil
	}
	return "no: both are a nil pointer", nil
}

// unknown finds out what becomes of a status that the document does not list.
func unknown(c *client, s *server) (string, error) {
	s.always(http.StatusOK, order("lost", ""))
	_, status, err := c.get()
	switch {
	case err != nil && strings.Contains(err.Error(), "lost"):
		return "the call fails", nil
	case err != nil:
		return "", err
	case status == "lost":
		return "is kept", nil
	}
	return "", fmt.Errorf("the status is %q", status)
}

// nextPages finds out whether a client paginates.
func nextPages(c *client, s *server) (string, error) {
	s.pages()
	if err := expect(s, c.list, 2, 1); err != nil {
		return "", err
	}
	names := iterators(c.value)
	if c.all == nil {
		if len(names) > 0 {
			return "", fmt.Errorf("%v return iterators, and nothing here calls them", names)
		}
		return "written by the caller", nil
	}
	s.pages()
	if err := expect(s, c.all, 6, 3); err != nil {
		return "", err
	}
	for i, name := range names {
		names[i] = "`" + name + "`"
	}
	return strings.Join(names, ", "), nil
}

// expect calls f, which has to list so many orders in so many requests.
func expect(s *server, f func() (int, error), orders, requests int) error {
	n, err := f()
	if err != nil {
		return err
	}
	if n != orders || s.requests != requests {
		return fmt.Errorf("%d orders in %d requests, want %d in %d", n, s.requests, orders, requests)
	}
	return nil
}

// iterators returns the names of the methods that return something to range over.
func iterators(value any) []string {
	var names []string
	typ := reflect.TypeOf(value)
	for i := range typ.NumMethod() {
		m := typ.Method(i)
		for o := range m.Type.NumOut() {
			if out := m.Type.Out(o); out.CanSeq() && out.Kind() == reflect.Func || out.CanSeq2() && out.Kind() == reflect.Func {
				names = append(names, m.Name)
			}
		}
	}
	return names
}

// retries counts the requests of a call that fails.
func retries(c *client, s *server) (string, error) {
	s.always(http.StatusServiceUnavailable, failure)
	_, _, _, err := c.fail()
	if err != nil {
		return "", err
	}
	return fmt.Sprint(s.requests), nil
}

// failures finds out how a caller gets at the body of an error.
func failures(c *client, s *server) (string, error) {
	s.always(http.StatusNotFound, failure)
	code, where, isMatch, err := c.fail()
	switch {
	case err != nil:
		return "", err
	case code != "order_missing":
		return "", fmt.Errorf("the code is %q", code)
	case where == "":
		return "no error: `JSONDefault` of the response", nil
	case isMatch:
		return "error " + where + " with the body; is `ErrNotFound`", nil
	}
	return "error " + where + " with the body", nil
}
