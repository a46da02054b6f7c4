package api

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"
)

type orderStatus string

type order struct {
	Status   orderStatus      `json:"status,nonzero"`
	Note     string           `json:"note"`
	Count    int64            `json:"count,nonzero"`
	Due      time.Time        `json:"due,nonzero"`
	Day      Date             `json:"day,nonzero"`
	Lines    []orderLine      `json:"lines,nonzero"`
	Sizes    map[string]int64 `json:"a/b~c,nonzero"`
	Pay      payment          `json:"pay,nonzero"`
	Gift     Opt[bool]        `json:"gift,nonzero"`
	Previous *order           `json:"previous,omitzero"`
}

type orderLine struct {
	Sku string `json:"sku,nonzero"`
}

type payment struct {
	Card  *card `union:"card"`
	Cash  *bool `union:""`
	Union `union:"via"`
}

type anyPayment struct {
	Card  *card `union:"card"`
	Any   *any  `union:""`
	Union `union:"via"`
}

type card struct {
	Via    string      `json:"via,nonzero"`
	Number string      `json:"number,nonzero"`
	Lines  []orderLine `json:"lines,omitzero"`
}

// fullOrder is an order of which all is set.
func fullOrder() *order {
	return &order{
		Status: "open", Count: 1, Due: time.Unix(1, 0), Day: Date{2026, 1, 2}, Lines: []orderLine{{"a"}}, Sizes: map[string]int64{"m": 0}, Gift: Null[bool](),
		Pay: payment{Card: &card{Number: "1"}},
	}
}

type orderParams struct {
	Status orderStatus `query:"status,nonzero"`
	Day    Date        `query:"day,nonzero"`
	Trace  string      `header:"X-Trace,nonzero"`
	Page   int64       `query:"page"`
}

// TestUnset holds that a required member or parameter whose zero value is not valid
// is an error before sending if it is not set, and that the message says where.
func TestUnset(t *testing.T) {
	requests := 0
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests++
		answer(w, 200, `{}`)
	})
	change := func(f func(o *order)) *order {
		o := fullOrder()
		f(o)
		return o
	}
	const anyValue = " (api.WithMember sends any value there)"
	for name, x := range map[string]struct {
		body any
		want string // "": it is sent
	}{
		"all set":          {fullOrder(), ""},
		"no body":          {(*order)(nil), ""},
		"union in a list":  {&[]payment{{Cash: new(bool)}, {}}, "/1 (payment)"},
		"union in a map":   {&map[string]payment{"a": {}}, "/a (payment)"},
		"union or null":    {&[]*payment{nil}, ""},
		"any or union":     {&[]anyPayment{{}}, ""},
		"enum":             {change(func(o *order) { o.Status = "" }), "/status (order.Status)"},
		"number":           {change(func(o *order) { o.Count = 0 }), "/count (order.Count)"},
		"time":             {change(func(o *order) { o.Due = time.Time{} }), "/due (order.Due)"},
		"date":             {change(func(o *order) { o.Day = Date{} }), "/day (order.Day)"},
		"list":             {change(func(o *order) { o.Lines = nil }), "/lines (order.Lines)"},
		"empty list":       {change(func(o *order) { o.Lines = []orderLine{} }), "/lines (order.Lines)"},
		"in a list":        {change(func(o *order) { o.Lines = []orderLine{{"a"}, {}} }), "/lines/1/sku (orderLine.Sku)"},
		"map":              {change(func(o *order) { o.Sizes = map[string]int64{} }), "/a~1b~0c (order.Sizes)"},
		"not null":         {change(func(o *order) { o.Gift = Opt[bool]{} }), "/gift (order.Gift)"},
		"union":            {change(func(o *order) { o.Pay = payment{} }), "/pay (order.Pay)"},
		"false in a union": {change(func(o *order) { o.Pay = payment{Cash: new(bool)} }), ""},
		"in a variant":     {change(func(o *order) { o.Pay.Card.Number = "" }), "/pay/number (card.Number)"},
		"after the discriminator": {change(func(o *order) {
			o.Pay.Card.Lines = []orderLine{{"a"}, {}}
		}), "/pay/lines/1/sku (orderLine.Sku)"},
		"recursive":      {change(func(o *order) { o.Previous = change(func(o *order) { o.Previous = &order{} }) }), "/previous/previous/status (order.Status)"},
		"the first":      {&order{}, "/status (order.Status)"},
		"list of bodies": {&[]orderLine{{"a"}, {}}, "/1/sku (orderLine.Sku)"},
		"map of bodies":  {&map[string]orderLine{"x": {}}, "/x/sku (orderLine.Sku)"},
	} {
		before := requests
		call := &Call{Operation: "orders.create", Method: "POST", Path: "/orders", Body: x.body}
		err := Exec(context.Background(), c, call)
		if x.want == "" {
			if err != nil || requests == before {
				t.Errorf("%s: %v, %d requests", name, err, requests-before)
			}
			continue
		}
		wantText(t, err, "orders.create: request body: "+x.want+" is required and is not set"+anyValue)
		if requests != before {
			t.Errorf("%s: it was sent", name)
		}
		if _, err := Marshal(x.body); err != nil {
			t.Errorf("%s: encoding without sending: %v", name, err)
		}
		if err := Exec(context.Background(), c.With(WithMember("/x", 1)), &Call{Operation: "a", Method: "POST", Path: "/x", Body: &order{}}); err != nil {
			t.Errorf("with a member set by hand: %v", err)
		}
	}
}

// TestUnsetBody holds the same of a body that is a union without a variant.
func TestUnsetBody(t *testing.T) {
	c, _ := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("it was sent") })
	err := Exec(context.Background(), c, &Call{Operation: "pay", Method: "POST", Path: "/pay", Body: &payment{}})
	wantText(t, err, "pay: request body: payment is required and is not set")
}

// TestUnsetInForms holds the same of forms.
func TestUnsetInForms(t *testing.T) {
	for name, x := range map[string]struct {
		body Payload
		want string
	}{
		"form": {Form(&order{}), "/status (order.Status)"},
		"list in a form": {Form(&struct {
			Lines []orderLine `json:"lines"`
		}{[]orderLine{{"a"}, {}}}), "/lines/1/sku (orderLine.Sku)"},
		"JSON in a form": {Form(&struct {
			Lines []orderLine `json:"lines" form:"json"`
		}{[]orderLine{{"a"}, {}}}), "/lines/1/sku (orderLine.Sku)"},
		"multipart": {Multipart(&order{}), "/status (order.Status)"},
		"list in multipart": {Multipart(&struct {
			Lines []orderLine `json:"lines"`
		}{[]orderLine{{"a"}, {}}}), "/lines/1/sku (orderLine.Sku)"},
		"object in multipart": {Multipart(&struct {
			Line orderLine `json:"line"`
		}{}), "/line/sku (orderLine.Sku)"},
	} {
		_, err := encodeBody(&Call{Body: x.body})
		if err == nil || err.Error() != "request body: "+x.want+" is required and is not set" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestUnsetParameters holds the same of parameters, which options may set.
func TestUnsetParameters(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		answer(w, 200, r.URL.RawQuery)
	})
	do := func(c *Client, p orderParams) error {
		call := get("/x")
		call.Params = &p
		return Exec(context.Background(), c, call)
	}
	set := orderParams{Status: "open", Day: Date{2026, 1, 2}, Trace: "t"}
	if err := do(c, set); err != nil {
		t.Error(err)
	}
	for want, p := range map[string]orderParams{
		"query parameter status (orderParams.Status)":  {Day: set.Day, Trace: "t"},
		"query parameter day (orderParams.Day)":        {Status: "open", Trace: "t"},
		"header parameter X-Trace (orderParams.Trace)": {Status: "open", Day: set.Day},
	} {
		wantText(t, do(c, p), "things.get: "+want+" is required and is not set")
	}
	if err := do(c.With(WithQuery("status", ""), WithQuery("day", "today"), WithHeader("X-Trace", "1")), orderParams{}); err != nil {
		t.Error(err)
	}
}
