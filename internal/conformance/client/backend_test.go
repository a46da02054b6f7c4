package client

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/generated/apitest"
	"github.com/docwright/docwright/generated/clarus"
	"github.com/docwright/docwright/generated/clarus/clarustest"
	"github.com/docwright/docwright/generated/ctrlhub"
	"github.com/docwright/docwright/generated/ctrlhub/ctrlhubtest"
	"github.com/docwright/docwright/internal/conformance/independent"
)

// The ids that tests call with: backends refuse others.
const (
	orgID         = "00000000-0000-4000-8000-000000000001"
	contactID     = "00000000-0000-4000-8000-000000000002"
	otherID       = "00000000-0000-4000-8000-000000000003"
	accountID     = "00000000-0000-4000-8000-000000000004"
	interactionID = "00000000-0000-4000-8000-000000000005"
	documentID    = "00000000-0000-4000-8000-000000000006"
)

// connect returns a client of a server that answers with handler.
type connect func(t testing.TB, handler http.HandlerFunc, opts ...api.Option) *ctrlhub.Client

// notNullable is what the fake says of a null that the document does not know: it
// never says that an attribute or a relationship can be cleared, and users do.
const notNullable = "Value is not nullable"

// backends are servers of the Ctrl Hub API, which look at requests before
// handlers answer them; the fake has nothing against those that it would refuse
// for one of the allowed reasons.
func backends(allowed ...string) map[string]connect {
	return map[string]connect{"server": independentCtrlHub, "fake": fakeCtrlHub(allowed)}
}

// onBackends runs a test against each of the backends.
func onBackends(t *testing.T, test func(t *testing.T, ctrlHub connect), allowed ...string) {
	for name, backend := range backends(allowed...) {
		t.Run(name, func(t *testing.T) { test(t, backend) })
	}
}

// independentCtrlHub is oapi-codegen's server, which fails the test when it
// cannot read a request.
func independentCtrlHub(t testing.TB, handler http.HandlerFunc, opts ...api.Option) *ctrlhub.Client {
	t.Helper()
	return ctrlHub(t, func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err == nil {
			r.Body = io.NopCloser(bytes.NewReader(data))
			_, err = independent.Read("ctrlhub", r)
		}
		switch {
		case r.Context().Err() != nil: // the caller is gone
			return
		case err != nil:
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(data))
		handler(w, r)
	}, opts...)
}

// fakeCtrlHub is the API's fake, which fails the test when the document does not
// allow a request.
func fakeCtrlHub(allowed []string) connect {
	return func(t testing.TB, handler http.HandlerFunc, opts ...api.Option) *ctrlhub.Client {
		t.Helper()
		return ctrlHub(t, faked(t, &ctrlhubtest.Definition, handler, allowed), opts...)
	}
}

// onClarus runs a test against a plain server and against the fake of Clarus.
func onClarus(t *testing.T, test func(t *testing.T, clarusWMS connectClarus)) {
	t.Run("server", func(t *testing.T) { test(t, clarusWMS) })
	t.Run("fake", func(t *testing.T) {
		test(t, func(t testing.TB, handler http.HandlerFunc, opts ...api.Option) *clarus.Client {
			t.Helper()
			return clarusWMS(t, faked(t, &clarustest.Definition, handler, nil), opts...)
		})
	})
}

// connectClarus is connect for Clarus.
type connectClarus func(t testing.TB, handler http.HandlerFunc, opts ...api.Option) *clarus.Client

// faked is a fake that looks at each request before handler answers it.
func faked(t testing.TB, definition *apitest.Definition, handler http.HandlerFunc, allowed []string) http.HandlerFunc {
	t.Helper()
	srv, err := apitest.Start(definition, apitest.Reporting(func(v apitest.Violation) {
		if !slices.Contains(allowed, v.Reason) {
			t.Errorf("%s", v)
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	for _, operation := range srv.Operations() {
		srv.Handle(operation, handler)
	}
	return srv.ServeHTTP
}

// refusals counts the failures of a test.
type refusals struct {
	testing.TB
	n atomic.Int64
}

func (r *refusals) Errorf(string, ...any) { r.n.Add(1) }

// TestBackendsLook holds that backends look at what they are sent.
func TestBackendsLook(t *testing.T) {
	for name, backend := range backends() {
		t.Run(name, func(t *testing.T) {
			refused := &refusals{TB: t}
			client := backend(refused, answer(200, contact))
			_, err := client.Contacts.Update(t.Context(), orgID, contactID, ctrlhub.ContactUpdate{Email: api.Set("nowhere")})
			if refused.n.Load() != 1 { // the fake has the handler answer all the same
				t.Errorf("%v, and the test fails %d times", err, refused.n.Load())
			}
		})
	}
}
