package main

import (
	"fmt"
	"math/rand"
	"strings"
	"time"
)

// maker makes documents of articles. It gives the same ones in every run.
type maker struct {
	b strings.Builder
	r *rand.Rand
}

var wordList = strings.Fields("the quick brown fox jumps over a lazy dog while seven wizards pack five dozen liquor jugs in a vexing fog")

func newMaker() *maker { return &maker{r: rand.New(rand.NewSource(1))} }

// onePayload is a document of one article, of some 2 KB.
func onePayload() []byte {
	m := newMaker()
	m.b.WriteString(`{"jsonapi":{"version":"1.0"},"data":`)
	m.article(0, 1, 140)
	m.b.WriteString(`}`)
	return []byte(m.b.String())
}

// pagePayload is a page of n articles. With included resources there is an
// author and a comment for each: 100 articles make some 218 KB then.
func pagePayload(n int, included bool) []byte {
	m := newMaker()
	m.b.WriteString(`{"jsonapi":{"version":"1.0"},"links":{"self":"/articles"},"meta":{"total":1234},"data":[`)
	for k := range n {
		m.comma(k)
		m.article(k, n, 30)
	}
	m.b.WriteString(`]`)
	if included {
		m.b.WriteString(`,"included":[`)
		for k := range n {
			m.comma(k)
			m.person(k)
			m.comma(1)
			m.comment(k, n)
		}
		m.b.WriteString(`]`)
	}
	m.b.WriteString(`}`)
	return []byte(m.b.String())
}

func (m *maker) comma(k int) {
	if k > 0 {
		m.b.WriteByte(',')
	}
}

func (m *maker) text(n int) string {
	s := make([]string, n)
	for k := range s {
		s[k] = wordList[m.r.Intn(len(wordList))]
	}
	return strings.Join(s, " ")
}

func (m *maker) time() string {
	return time.Unix(1.6e9+m.r.Int63n(1e8), 0).UTC().Format(time.RFC3339)
}

func (m *maker) addf(format string, args ...any) { fmt.Fprintf(&m.b, format, args...) }

// Ids of articles, people and comments differ.
func articleID(k int) string { return id(1, k) }
func personID(k int) string  { return id(2, k) }
func commentID(k int) string { return id(3, k) }

func id(kind, k int) string { return fmt.Sprintf("3c90c3cc-0d44-4b50-888%d-%012d", kind, k) }

func (m *maker) article(k, n, words int) {
	m.addf(`{"id":%q,"type":"articles","attributes":{"title":%q,"body":%q,"status":%q,"words":%d,"rating":%.2f,"draft":%t,"tags":[%q,%q,%q]`,
		articleID(k), m.text(6), m.text(words), []string{"draft", "published", "archived"}[m.r.Intn(3)], m.r.Intn(5000), m.r.Float64()*5, k%3 == 0,
		m.text(1), m.text(1), m.text(1))
	m.addf(`,"slug":%q,"language":"en-GB","source_url":"https://example.com/%s/%s","reviewed_at":%q,"priority":%d,"featured":%t`,
		m.text(1), m.text(1), m.text(1), m.time(), m.r.Intn(9), k%2 == 0)
	m.addf(`,"subtitle":%q,"published_at":%q,"place":{"town":%q,"latitude":%.6f,"longitude":%.6f}}`,
		m.text(9), m.time(), m.text(2), 50+m.r.Float64(), m.r.Float64())
	m.addf(`,"relationships":{"author":{"data":{"type":"people","id":%q}},"comments":{"data":[{"type":"comments","id":%q},{"type":"comments","id":%q}]},"next":{"data":{"type":"articles","id":%q}},"watchers":{"data":[{"type":"people","id":%q},{"type":"people","id":%q}]}}`,
		personID(k), commentID(k), commentID((k+1)%n), articleID((k+1)%n), personID((k+2)%n), personID((k+3)%n))
	m.addf(`,"meta":{"created_at":%q,"updated_at":%q,"views":%d}}`, m.time(), m.time(), m.r.Intn(1e6))
}

func (m *maker) person(k int) {
	m.addf(`{"id":%q,"type":"people","attributes":{"first_name":%q,"last_name":%q,"email":"%s@example.com","age":%d,"phone":"+44 20 7946 %04d","job_title":%q,"city":%q,"country":"United Kingdom","joined_at":%q,"active":%t},"relationships":{"articles":{"data":[{"type":"articles","id":%q}]}}}`,
		personID(k), m.text(1), m.text(2), m.text(1), m.r.Intn(90), m.r.Intn(10000), m.text(2), m.text(1), m.time(), k%5 != 0, articleID(k))
}

func (m *maker) comment(k, n int) {
	m.addf(`{"id":%q,"type":"comments","attributes":{"text":%q,"likes":%d,"state":"approved","edited":%t,"score":%.3f,"updated_at":%q,"created_at":%q},"relationships":{"author":{"data":{"type":"people","id":%q}},"article":{"data":{"type":"articles","id":%q}}}}`,
		commentID(k), m.text(25), m.r.Intn(99), k%4 == 0, m.r.Float64(), m.time(), m.time(), personID((k*7)%n), articleID(k))
}
