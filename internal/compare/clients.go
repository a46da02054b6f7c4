package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/docwright/docwright/internal/compare/out/api"
	"github.com/docwright/docwright/internal/compare/out/oapi"
	"github.com/docwright/docwright/internal/compare/out/ogen"
	"github.com/docwright/docwright/internal/compare/out/orders"
)

// client is a generated client behind functions that are the same for all.
type client struct {
	name     string
	packages []string // below out, the client's first
	value    any      // has the methods of the client

	list func() (items int, err error)                             // the first page
	all  func() (items int, err error)                             // every page; nil if no method of value returns an iterator
	get  func() (order any, status string, err error)              // an order
	send func(change change) error                                 // updates an order
	fail func() (code string, where string, isMatch bool, _ error) // gets an order; the error's code, and where it is
}

// change is what an update does to the note of an order.
type change int

const (
	leave change = iota
	setNull
)

const (
	origin = "https://orders.example.com"
	id     = "o1"
)

var errNoOrder = errors.New("no order, and no error")

func newDocwright(transport http.RoundTripper) (*client, error) {
	c, err := orders.New(api.WithServer(origin), api.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	return &client{
		name: "docwright", packages: []string{"orders", "api", "internal/codec"}, value: c.Orders,
		list: func() (int, error) {
			page, err := c.Orders.List(ctx)
			if err != nil {
				return 0, err
			}
			return len(page.Data), nil
		},
		all: func() (n int, err error) {
			for _, err := range c.Orders.All(ctx) {
				if err != nil {
					return n, err
				}
				n++
			}
			return n, nil
		},
		get: func() (any, string, error) {
			order, err := c.Orders.Get(ctx, id)
			if err != nil {
				return nil, "", err
			}
			return order, string(order.Status), nil
		},
		send: func(change change) error {
			var patch orders.OrderPatch
			if change == setNull {
				patch.Note = api.Null[string]()
			}
			_, err := c.Orders.Update(ctx, id, patch)
			return err
		},
		fail: func() (string, string, bool, error) {
			_, err := c.Orders.Get(ctx, id)
			var failed *api.Error
			if !errors.As(err, &failed) {
				return "", "", false, err
			}
			body, ok := failed.Value.(*orders.Error)
			if !ok {
				return "", "", false, fmt.Errorf("the value is a %T", failed.Value)
			}
			return body.Code, "`*api.Error`", errors.Is(err, api.ErrNotFound), nil
		},
	}, nil
}

func newOapi(transport http.RoundTripper) (*client, error) {
	c, err := oapi.NewClientWithResponses(origin, oapi.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	return &client{
		name: "oapi-codegen", packages: []string{"oapi"}, value: c,
		list: func() (int, error) {
			resp, err := c.OrdersListWithResponse(ctx, &oapi.OrdersListParams{})
			if err != nil {
				return 0, err
			}
			if resp.JSON200 == nil {
				return 0, errNoOrder
			}
			return len(resp.JSON200.Data), nil
		},
		get: func() (any, string, error) {
			resp, err := c.OrdersGetWithResponse(ctx, id)
			if err != nil {
				return nil, "", err
			}
			if resp.JSON200 == nil {
				return nil, "", errNoOrder
			}
			return resp.JSON200, string(resp.JSON200.Status), nil
		},
		send: func(change) error { // nil is all that a note can be besides a text
			_, err := c.OrdersUpdateWithResponse(ctx, id, oapi.OrderPatch{Note: nil})
			return err
		},
		fail: func() (string, string, bool, error) {
			resp, err := c.OrdersGetWithResponse(ctx, id)
			if err != nil {
				return "", "", false, err
			}
			if resp.JSONDefault == nil {
				return "", "", false, errNoOrder
			}
			return resp.JSONDefault.Code, "", false, nil
		},
	}, nil
}

func newOgen(transport http.RoundTripper) (*client, error) {
	c, err := ogen.NewClient(origin, ogen.WithClient(&http.Client{Transport: transport}))
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	return &client{
		name: "ogen", packages: []string{"ogen"}, value: c,
		list: func() (int, error) {
			page, err := c.OrdersList(ctx, ogen.OrdersListParams{})
			if err != nil {
				return 0, err
			}
			return len(page.Data), nil
		},
		get: func() (any, string, error) {
			order, err := c.OrdersGet(ctx, ogen.OrdersGetParams{ID: id})
			if err != nil {
				return nil, "", err
			}
			return order, string(order.Status), nil
		},
		send: func(change change) error {
			var patch ogen.OrderPatch
			if change == setNull {
				patch.Note.SetToNull()
			}
			_, err := c.OrdersUpdate(ctx, &patch, ogen.OrdersUpdateParams{ID: id})
			return err
		},
		fail: func() (string, string, bool, error) {
			_, err := c.OrdersGet(ctx, ogen.OrdersGetParams{ID: id})
			var failed *ogen.ErrorStatusCode
			if !errors.As(err, &failed) {
				return "", "", false, err
			}
			return failed.Response.Code, "`*ErrorStatusCode`", false, nil
		},
	}, nil
}
