package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/bytedance/sonic"
	jsonv2 "github.com/go-json-experiment/json"
	goccy "github.com/goccy/go-json"

	"github.com/docwright/docwright/internal/bench/out/api"
	"github.com/docwright/docwright/internal/bench/out/articles"
	"github.com/docwright/docwright/internal/bench/out/clarus"
	"github.com/docwright/docwright/internal/bench/out/jsonapi"
	peer "github.com/docwright/docwright/internal/bench/out/peer/articles"
	peerclarus "github.com/docwright/docwright/internal/bench/out/peer/clarus"
)

// library is a JSON library that reads and writes oapi-codegen's structs.
type library struct {
	name      string
	unmarshal func([]byte, any) error
	marshal   func(any) ([]byte, error)
}

const (
	ours     = "ours"
	standard = "encodingjson"
)

var libraries = []library{
	{standard, json.Unmarshal, json.Marshal},
	{"jsonv2", func(b []byte, v any) error { return jsonv2.Unmarshal(b, v) }, func(v any) ([]byte, error) { return jsonv2.Marshal(v) }},
	{"goccy", goccy.Unmarshal, goccy.Marshal},
	{"sonic", sonic.Unmarshal, sonic.Marshal},
}

type (
	articleDocument = jsonapi.Document[*articles.Article, json.RawMessage]
	articlePage     = jsonapi.Document[[]*articles.Article, articles.ArticleListMeta]
	productDocument = jsonapi.Document[*clarus.Product, json.RawMessage]
)

// payload is a document, and how both sides read and write it.
type payload struct {
	name string
	data []byte

	decode func() (any, error)        // to our types, linked
	peer   func(library) (any, error) // to the peer's types, included resources too
}

func payloads() ([]payload, error) {
	one, some, page := onePayload(), pagePayload(25, false), pagePayload(100, true)
	product, err := productPayload("../../spec/clarus/exchanges/products.update.txtar")
	return []payload{
		{name: "one", data: one, decode: into[articleDocument](one), peer: peerInto[struct {
			Data peer.Article `json:"data"`
		}](one)},
		{name: "record", data: product, decode: into[productDocument](product), peer: peerInto[struct {
			Data peerclarus.Product `json:"data"`
		}](product)},
		{name: "25", data: some, decode: into[articlePage](some), peer: peerInto[peer.ArticleList](some)},
		{name: "page", data: page, decode: into[articlePage](page), peer: peerPage(page)},
	}, err
}

// productPayload takes the answer out of a documented exchange: the product is
// the record of Clarus with most members.
func productPayload(file string) ([]byte, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	_, answer, _ := bytes.Cut(data, []byte("-- response --"))
	_, body, ok := bytes.Cut(answer, []byte("\n\n"))
	if !ok {
		return nil, fmt.Errorf("%s holds no answer", file)
	}
	var b bytes.Buffer
	err = json.Compact(&b, body)
	return b.Bytes(), err
}

// into decodes as the client does: the document, then its relationships are
// linked.
func into[D any](data []byte) func() (any, error) {
	return func() (any, error) {
		doc := new(D)
		if err := api.Unmarshal(data, doc); err != nil {
			return nil, err
		}
		any(doc).(interface{ Link() }).Link()
		return doc, nil
	}
}

func peerInto[D any](data []byte) func(library) (any, error) {
	return func(l library) (any, error) {
		doc := new(D)
		return doc, l.unmarshal(data, doc)
	}
}

// resolvedPage is a page with the resources that it includes, as the user of the
// peer's types has to build it.
type resolvedPage struct {
	*peer.ArticleList
	Included []any `json:"included"`
}

func peerPage(data []byte) func(library) (any, error) {
	return func(l library) (any, error) {
		list := new(peer.ArticleList)
		if err := l.unmarshal(data, list); err != nil {
			return nil, err
		}
		page := &resolvedPage{ArticleList: list, Included: make([]any, 0, len(*list.Included))}
		for _, item := range *list.Included {
			v, err := resolve(l, item)
			if err != nil {
				return nil, err
			}
			page.Included = append(page.Included, v)
		}
		return page, nil
	}
}

// resolve does what the peer's ValueByDiscriminator does, with any library.
func resolve(l library, item peer.Included_Item) (any, error) {
	raw, err := item.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var head struct {
		Type string `json:"type"`
	}
	if err := l.unmarshal(raw, &head); err != nil {
		return nil, err
	}
	var v any
	switch head.Type {
	case "people":
		v = new(peer.Person)
	case "comments":
		v = new(peer.Comment)
	default:
		return nil, fmt.Errorf("type %q", head.Type)
	}
	return v, l.unmarshal(raw, v)
}
