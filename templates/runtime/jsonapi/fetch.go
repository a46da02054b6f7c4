package jsonapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// MediaType is what documents are sent and asked for as, unless a call says
// otherwise.
const MediaType = "application/vnd.api+json"

type unlinked struct{}

// Unlinked keeps a call from linking the relationships of the document that it
// fetches: Loaded gives nothing, and no resource keeps another one in memory.
// [Document.Link] does it later, [Find] looks single resources up.
func Unlinked() api.CallOption { return api.WithValue(unlinked{}, true) }

type included struct{}

// CaptureIncluded stores the included resources of a document with one resource,
// for those that no relationship of it identifies. A [Page] has its own.
func CaptureIncluded(into *Included) api.CallOption { return api.WithValue(included{}, into) }

// Fetch makes a call that is answered by a document with one resource, and links
// it with the included ones. The result is nil if there is no resource: the
// document's data is null, or the response has no body: 204 after an update that
// changed nothing but what was sent, 202 for what will be done later.
func Fetch[T any](ctx context.Context, c *api.Client, call *api.Call, opts ...api.CallOption) (*T, error) {
	doc := new(payload[*T, json.RawMessage])
	if _, err := fetch(ctx, c, call, opts, doc); err != nil {
		return nil, err
	}
	if into, ok := api.OptionValue(c, included{}, opts...).(*Included); ok && into != nil {
		*into = doc.Included
	}
	return doc.Data, nil
}

// FetchDocument makes a call that is answered by a document, and links its
// resources. T is the type of the primary data, e.g. *Contact, and M that of the
// document's meta. The result is nil if the response has no body.
func FetchDocument[T, M any](ctx context.Context, c *api.Client, call *api.Call, opts ...api.CallOption) (*Document[T, M], error) {
	doc := new(Document[T, M])
	if found, err := fetch(ctx, c, call, opts, doc); err != nil || !found {
		return nil, err
	}
	return doc, nil
}

// fetch reads the response into doc, a pointer to a document; found is false when
// there was none.
func fetch(ctx context.Context, c *api.Client, call *api.Call, opts []api.CallOption, doc any) (found bool, err error) {
	acceptDocument(call)
	resp, err := c.Do(ctx, call, opts...)
	if err != nil {
		return false, err
	}
	if resp.NoContent() || len(resp.Body) == 0 && resp.StatusCode == http.StatusAccepted {
		return false, nil
	}
	if err := decode(ctx, resp, doc, errNoDocument, "data", "meta"); err != nil {
		return false, err
	}
	if wantsLinks(c, opts) {
		codec.Link(doc)
	}
	return true, nil
}

var (
	errNoDocument = errors.New("the document has neither data nor meta")
	errNoList     = errors.New("the document has no data")
)

// decode reads a document that has one of members. Whatever else comes, {} or
// null or an error of an unknown form, must not pass for "nothing was found":
// without them, the result is absent. One with errors is an error, whatever its
// status (JSON:API 1.1, Top Level: data and errors exclude each other).
func decode(ctx context.Context, resp *api.Response, doc any, absent error, members ...string) error {
	err := resp.DecodeContext(ctx, doc)
	said, ok := doc.(interface {
		Unknown() map[string]json.RawMessage
	})
	switch {
	case ok && api.ReportsErrors(said.Unknown()["errors"]):
		return resp.Failure()
	case err != nil:
		var rest struct {
			Errors json.RawMessage `json:"errors"`
		}
		if json.Unmarshal(resp.Body, &rest) == nil && api.ReportsErrors(rest.Errors) {
			return resp.Failure() // which says more than that the document is odd
		}
		return err
	case !codec.Said(doc, members...):
		return resp.BodyError(absent)
	}
	return nil
}

func acceptDocument(call *api.Call) {
	if call.Accept == "" {
		call.Accept = MediaType
	}
}

func wantsLinks(c *api.Client, opts []api.CallOption) bool {
	return api.OptionValue(c, unlinked{}, opts...) == nil
}
