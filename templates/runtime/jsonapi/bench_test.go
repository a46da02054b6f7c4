package jsonapi_test

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/jsonapi"
)

// page makes a document of n articles with 2n included resources. 100 articles
// make some 257 KB.
func page(n int) []byte {
	r := rand.New(rand.NewSource(1))
	words := strings.Fields("the quick brown fox jumps over a lazy dog while seven wizards pack five dozen liquor jugs in a vexing fog")
	text := func(n int) string {
		var s []string
		for range n {
			s = append(s, words[r.Intn(len(words))])
		}
		return strings.Join(s, " ")
	}
	id := func(k int) string { return fmt.Sprintf("3c90c3cc-0d44-4b50-8888-%012d", k) }
	stamp := func() string {
		return time.Unix(1.6e9+r.Int63n(1e8), 0).UTC().Format(time.RFC3339)
	}
	var b strings.Builder
	b.WriteString(`{"jsonapi":{"version":"1.0"},"links":{"self":"/articles"},"meta":{"total":1234},"data":[`)
	for k := range n {
		if k > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%q,"type":"articles","attributes":{"title":%q,"body":%q,"status":%q,"words":%d,"rating":%.2f,"draft":%t,"tags":[%q,%q,%q],"subtitle":%q,"published_at":%q,"place":{"town":%q,"latitude":%.6f,"longitude":%.6f}}`,
			id(k), text(6), text(60), []string{"draft", "published", "archived"}[r.Intn(3)], r.Intn(5000), r.Float64()*5, k%3 == 0,
			words[r.Intn(9)], words[r.Intn(9)], words[r.Intn(9)], text(9), stamp(), text(2), 50+r.Float64(), r.Float64())
		fmt.Fprintf(&b, `,"relationships":{"author":{"data":{"type":"people","id":%q}},"comments":{"data":[{"type":"comments","id":%q},{"type":"comments","id":%q}]},"next":{"data":{"type":"articles","id":%q}}},"meta":{"created_at":%q,"updated_at":%q,"views":%d}}`,
			id(1000+k), id(2000+k), id(2000+(k+1)%n), id((k+1)%n), stamp(), stamp(), r.Intn(1e6))
	}
	b.WriteString(`],"included":[`)
	for k := range n {
		if k > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%q,"type":"people","attributes":{"first_name":%q,"last_name":%q,"email":"%s@example.com","age":%d},"relationships":{"articles":{"data":[{"type":"articles","id":%q}]}}},`,
			id(1000+k), text(1), text(2), text(1), r.Intn(90), id(k))
		fmt.Fprintf(&b, `{"id":%q,"type":"comments","attributes":{"text":%q,"likes":%d,"created_at":%q},"relationships":{"author":{"data":{"type":"people","id":%q}},"article":{"data":{"type":"articles","id":%q}}}}`,
			id(2000+k), text(25), r.Intn(99), stamp(), id(1000+(k*7)%n), id(k))
	}
	b.WriteString(`]}`)
	return []byte(b.String())
}

// The plain types are what a generator for encoding/json makes of the same
// document: envelopes, and pointers for what may be absent.
type plainDocument struct {
	Data     *[]plainArticle    `json:"data,omitempty"`
	Included *[]json.RawMessage `json:"included,omitempty"`
	Meta     *struct {
		Total *int64 `json:"total,omitempty"`
	} `json:"meta,omitempty"`
	Links   *map[string]any `json:"links,omitempty"`
	JSONAPI *map[string]any `json:"jsonapi,omitempty"`
}

type plainArticle struct {
	ID         *string `json:"id,omitempty"`
	Type       *string `json:"type,omitempty"`
	Attributes *struct {
		Title     *string    `json:"title,omitempty"`
		Body      *string    `json:"body,omitempty"`
		Status    *string    `json:"status,omitempty"`
		Words     *int64     `json:"words,omitempty"`
		Rating    *float64   `json:"rating,omitempty"`
		Draft     *bool      `json:"draft,omitempty"`
		Tags      *[]string  `json:"tags,omitempty"`
		Subtitle  *string    `json:"subtitle,omitempty"`
		Published *time.Time `json:"published_at,omitempty"`
		Place     *struct {
			Town      *string  `json:"town,omitempty"`
			Latitude  *float64 `json:"latitude,omitempty"`
			Longitude *float64 `json:"longitude,omitempty"`
		} `json:"place,omitempty"`
	} `json:"attributes,omitempty"`
	Relationships *struct {
		Author   *plainOne  `json:"author,omitempty"`
		Comments *plainMany `json:"comments,omitempty"`
		Next     *plainOne  `json:"next,omitempty"`
	} `json:"relationships,omitempty"`
	Meta *struct {
		CreatedAt *time.Time `json:"created_at,omitempty"`
		UpdatedAt *time.Time `json:"updated_at,omitempty"`
		Views     *int64     `json:"views,omitempty"`
	} `json:"meta,omitempty"`
}

type plainIdentifier struct {
	ID   *string `json:"id,omitempty"`
	Type *string `json:"type,omitempty"`
}

type plainOne struct {
	Data *plainIdentifier `json:"data,omitempty"`
}

type plainMany struct {
	Data *[]plainIdentifier `json:"data,omitempty"`
}

type plainPerson struct {
	ID         *string `json:"id,omitempty"`
	Type       *string `json:"type,omitempty"`
	Attributes *struct {
		FirstName *string `json:"first_name,omitempty"`
		LastName  *string `json:"last_name,omitempty"`
		Email     *string `json:"email,omitempty"`
		Age       *int64  `json:"age,omitempty"`
	} `json:"attributes,omitempty"`
	Relationships *struct {
		Articles *plainMany `json:"articles,omitempty"`
	} `json:"relationships,omitempty"`
}

type plainComment struct {
	ID         *string `json:"id,omitempty"`
	Type       *string `json:"type,omitempty"`
	Attributes *struct {
		Text    *string    `json:"text,omitempty"`
		Likes   *int64     `json:"likes,omitempty"`
		Created *time.Time `json:"created_at,omitempty"`
	} `json:"attributes,omitempty"`
	Relationships *struct {
		Author  *plainOne `json:"author,omitempty"`
		Article *plainOne `json:"article,omitempty"`
	} `json:"relationships,omitempty"`
}

// decode is what users of such types write.
func (d *plainDocument) decode(data []byte) ([]any, error) {
	if err := json.Unmarshal(data, d); err != nil {
		return nil, err
	}
	var out []any
	for _, raw := range *d.Included {
		var head struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal(raw, &head); err != nil {
			return nil, err
		}
		var v any = new(plainPerson)
		if head.Type == "comments" {
			v = new(plainComment)
		}
		if err := json.Unmarshal(raw, v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

var sizes = []int{1, 25, 100}

func BenchmarkDecode(b *testing.B) {
	for _, n := range sizes {
		data := page(n)
		run := func(name string, f func() error) {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for range b.N {
					if err := f(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		run("linked", func() error {
			doc := new(articles)
			err := api.Unmarshal(data, doc)
			doc.Link()
			return err
		})
		run("unlinked", func() error { return api.Unmarshal(data, new(articles)) })
		run("encodingjson", func() error {
			_, err := new(plainDocument).decode(data)
			return err
		})
	}
}

// BenchmarkLink shows that linking takes time in proportion to the resources.
func BenchmarkLink(b *testing.B) {
	for _, n := range []int{500, 5000, 50000} { // two included resources for each
		doc := new(articles)
		if err := api.Unmarshal(page(n), doc); err != nil {
			b.Fatal(err)
		}
		b.Run(strconv.Itoa(2*n), func(b *testing.B) {
			for range b.N {
				doc.Link()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(3*n), "ns/resource")
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, n := range sizes {
		data := page(n)
		doc := new(jsonapi.Document[[]*Article, ListMeta])
		if err := api.Unmarshal(data, doc); err != nil {
			b.Fatal(err)
		}
		plain := new(plainDocument)
		if err := json.Unmarshal(data, plain); err != nil {
			b.Fatal(err)
		}
		included, err := new(plainDocument).decode(data)
		if err != nil {
			b.Fatal(err)
		}
		plain.Included = nil
		whole := struct {
			*plainDocument
			Included []any `json:"included"`
		}{plain, included}
		run := func(name string, f func() ([]byte, error)) {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for range b.N {
					if _, err := f(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		run("codec", func() ([]byte, error) { return api.Marshal(doc) })
		run("encodingjson", func() ([]byte, error) { return json.Marshal(whole) })
	}
}

// TestPageRoundTrip keeps the benchmark honest.
func TestPageRoundTrip(t *testing.T) {
	in := page(100)
	doc := new(articles)
	if err := api.Unmarshal(in, doc); err != nil {
		t.Fatal(err)
	}
	out, err := api.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if doc.Unknown() != nil || len(doc.Data) != 100 || doc.Included.Len() != 200 || doc.Data[7].Unknown() != nil {
		t.Error("not all of the page was decoded")
	}
	if len(in) < 180e3 || len(in) > 300e3 {
		t.Errorf("the page has %d bytes", len(in))
	}
	if got, want := plain(t, out), plain(t, in); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Error("the page came back changed")
	}
}
