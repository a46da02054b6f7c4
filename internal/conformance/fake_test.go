package conformance

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/docwright/docwright/generated/apitest"
	"github.com/docwright/docwright/generated/clarus/clarustest"
	"github.com/docwright/docwright/generated/ctrlhub/ctrlhubtest"
	"github.com/docwright/docwright/internal/exchange"
)

// fakes are the fakes of the curated APIs.
var fakes = map[string]*apitest.Definition{"ctrlhub": &ctrlhubtest.Definition, "clarus": &clarustest.Definition}

// startFake starts an API's fake for a test.
func startFake(t *testing.T, a *curated, opts ...apitest.Option) *apitest.Server {
	t.Helper()
	srv, err := apitest.Start(fakes[a.name], append([]apitest.Option{apitest.ForTest(t)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	return srv
}

// TestFakeExchanges sends every documented request to the fakes. A fake that
// replays exchanges answers with the documented status and body; one that has its
// store before it, with a status that the document knows and a body that
// satisfies it: anything else fails the test by itself.
func TestFakeExchanges(t *testing.T) {
	for _, a := range apis {
		t.Run(a.name, func(t *testing.T) {
			stored := 0
			for _, ex := range a.exchanges(t) {
				t.Run(ex.Name, func(t *testing.T) {
					replay := startFake(t, a, apitest.WithAnswers(apitest.FromExchanges, apitest.FromExamples))
					checkReplay(t, replay, ex)
					var opts []apitest.Option
					if strings.HasSuffix(ex.OperationID, ".create") {
						opts = append(opts, apitest.WithEmptyStore()) // else what it creates is there
					}
					if checkStored(t, startFake(t, a, opts...), ex) {
						stored++
					}
				})
			}
			t.Logf("%d of %d requests were answered by the store", stored, len(a.exchanges(t)))
		})
	}
}

func sendDocumented(t *testing.T, srv *apitest.Server, ex *exchange.Exchange) (*http.Response, []byte) {
	t.Helper()
	req, err := ex.Request.HTTP(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Prefer", "example="+ex.Name) // some samples differ in their answers alone
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	log := srv.Requests()
	if len(log) != 1 || log[0].Operation != ex.OperationID {
		t.Fatalf("the fake took it for %v", log)
	}
	return resp, body
}

func checkReplay(t *testing.T, srv *apitest.Server, ex *exchange.Exchange) {
	t.Helper()
	if ex.Request.Elided() {
		return // the body is not known
	}
	resp, body := sendDocumented(t, srv, ex)
	switch {
	case ex.Response == nil || ex.Response.Elided():
		if resp.StatusCode >= 300 {
			t.Errorf("no answer is documented, and the fake says %d %s", resp.StatusCode, body)
		}
	case resp.StatusCode != ex.Response.Status:
		t.Errorf("answered %d %s, documented is %d", resp.StatusCode, body, ex.Response.Status)
	case exchange.IsJSON(ex.Response.Header.Get("Content-Type")):
		for _, diff := range differences(ex.Response.Body, body) {
			t.Error(diff)
		}
	case !bytes.Equal(body, ex.Response.Body):
		t.Errorf("answered %q, documented is %q", body, ex.Response.Body)
	}
}

// checkStored reports whether the store answered.
func checkStored(t *testing.T, srv *apitest.Server, ex *exchange.Exchange) bool {
	t.Helper()
	if ex.Request.Elided() {
		return false
	}
	resp, body := sendDocumented(t, srv, ex)
	if srv.Requests()[0].Source != apitest.FromStore {
		return false
	}
	if resp.StatusCode >= 300 {
		t.Errorf("the store answers %d %s", resp.StatusCode, body)
	}
	return true
}
