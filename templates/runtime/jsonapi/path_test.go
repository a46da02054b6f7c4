package jsonapi_test

import (
	"testing"

	"github.com/docwright/docwright/templates/runtime/jsonapi"
)

func TestPath(t *testing.T) {
	author := jsonapi.Via(func(a *Article) jsonapi.Related[Person] { return &a.Author })
	articles := jsonapi.Via(func(p *Person) jsonapi.Related[Article] { return &p.Articles })
	if path := jsonapi.Then(jsonapi.Then(author, articles), author); path != "author.articles.author" {
		t.Error(path)
	}
	defer func() {
		if recover() == nil {
			t.Error("a relationship of another resource has no path")
		}
	}()
	var other Article
	jsonapi.Via(func(*Article) jsonapi.Related[Person] { return &other.Author })
}
