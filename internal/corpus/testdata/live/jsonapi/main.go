// A program that uses a JSON:API server.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"sync"
	"sync/atomic"

	"example.com/corpus/api"
	magazine "example.com/corpus/client"
	"example.com/corpus/jsonapi"
)

func main() {
	log.SetFlags(0)
	client, err := magazine.New(api.WithServer(os.Args[1]), magazine.WithToken("Bearer secret"), api.WithRetries(0))
	check(err)
	ctx := context.Background()
	lists(ctx, client)
	changes(ctx, client)
	relationships(ctx, client)
	failures(ctx, client)
	concurrent(ctx, client)
}

const ann, bob = "3c0d1f4e-0b3a-4d0e-9d4c-000000000001", "3c0d1f4e-0b3a-4d0e-9d4c-000000000002"

func article(n int) string { return fmt.Sprintf("3c0d1f4e-0b3a-4d0e-9d4c-0000000000%d", 10+n) }

// lists pages, filters, sorts and includes. The document says that page, filter and
// fields are texts, and the server takes members of them.
func lists(ctx context.Context, c *magazine.Client) {
	pages, items := 0, 0
	for page, err := range c.With(api.WithQuery("page[limit]", "3")).Articles.Pages(ctx) {
		check(err)
		pages, items = pages+1, items+len(page.Items)
	}
	fmt.Println("pages:", pages, items)
	for a, err := range c.With(api.WithQuery("filter[title]", "Title 3"), api.WithQuery("fields[articles]", "title,content")).Articles.All(ctx, magazine.ArticleListParams{Include: "author"}) {
		check(err)
		fmt.Println("filtered:", a.Title, a.Content, a.Has(&a.Content), a.Has(&a.Views))
	}
	for a, err := range c.Articles.All(ctx, magazine.ArticleListParams{Sort: "-views", Include: "author"}) {
		check(err)
		fmt.Println("sorted:", a.Title, a.Views, a.Created, a.Author.Loaded().Name)
		break
	}
	one, err := c.Articles.Get(ctx, article(2), magazine.ArticleGetParams{Include: "author,related"})
	check(err)
	fmt.Println("included:", one.Title, one.Author.Loaded().Email, one.Related.Loaded()[0].Title)
	author, err := c.People.GetArticleAuthor(ctx, article(2))
	check(err)
	fmt.Println("author:", author.Name, author.Age)
}

// changes creates, updates a part and deletes.
func changes(ctx context.Context, c *magazine.Client) {
	created, err := c.Articles.Create(ctx, magazine.ArticleCreate{
		Title: "New & <new>", Views: api.Set(1.0), Author: jsonapi.OneID[magazine.Person](ann), Related: jsonapi.IDs[magazine.Article](article(1), article(2)),
	})
	check(err)
	fmt.Println("created:", created.Title, created.Views, created.Author.ID() == ann, created.Related.Len())
	updated, err := c.Articles.Update(ctx, created.ID, magazine.ArticleUpdate{Views: api.Set(5.0)})
	check(err)
	fmt.Println("updated:", updated.Title, updated.Views, updated.Related.Len())
	cleared, err := c.Articles.Update(ctx, created.ID, magazine.ArticleUpdate{Content: api.Null[string](), Author: jsonapi.Null[magazine.Person]()})
	check(err)
	fmt.Println("cleared:", cleared.Title, cleared.Author.IsNull())
	_, err = c.Articles.Delete(ctx, created.ID)
	fmt.Println("deleted:", err)
	_, err = c.Articles.Get(ctx, created.ID)
	refused("get deleted", err)
}

func relationships(ctx context.Context, c *magazine.Client) {
	linked, err := c.Articles.ListRelationshipRelated(ctx, article(3))
	check(err)
	fmt.Println("related:", len(linked.Data), linked.Data[0].ID == article(2))
	_, err = c.Articles.CreateRelationshipRelated(ctx, article(3), magazine.ArticleCreateRelationshipRelated{
		Data: &magazine.ArticleCreateRelationshipRelatedData{Type: "articles", ID: article(5)},
	})
	fmt.Println("added:", err)
	_, err = c.People.UpdateArticleRelationshipAuthorByID(ctx, article(3), magazine.PersonUpdateArticleRelationshipAuthorByID{
		Data: &magazine.PersonUpdateArticleRelationshipAuthorByIDData{Type: api.Set("people"), ID: api.Set(bob)},
	})
	fmt.Println("author changed:", err)
	one, err := c.Articles.Get(ctx, article(3))
	check(err)
	fmt.Println("now:", one.Author.ID() == bob, one.Related.Len())
}

// failures are calls that the server refuses.
func failures(ctx context.Context, c *magazine.Client) {
	_, err := c.Articles.Create(ctx, magazine.ArticleCreate{Title: "x"})
	refused("create", err)
	_, err = c.Articles.Get(ctx, "no such id")
	refused("get", err)
	stranger, err := magazine.New(api.WithServer(os.Args[1]), magazine.WithToken("wrong"), api.WithRetries(0))
	check(err)
	_, err = stranger.People.Get(ctx, ann)
	refused("stranger", err)
	_, err = c.With(api.WithQuery("page[offset]", "x")).Articles.List(ctx)
	refused("page", err)
}

func refused(what string, err error) {
	var e *api.Error
	if !errors.As(err, &e) {
		fmt.Println(what, "was not refused:", err)
		return
	}
	fmt.Printf("%s: %d %s\n", what, e.StatusCode, e.Errors[0].Title)
}

func concurrent(ctx context.Context, c *magazine.Client) {
	var wg sync.WaitGroup
	var right atomic.Int32
	for i := range 30 {
		wg.Go(func() {
			a, err := c.Articles.Get(ctx, article(1+i%7))
			if err != nil {
				log.Print(err)
				return
			}
			if a.Title == fmt.Sprint("Title ", 1+i%7) {
				right.Add(1)
			}
		})
	}
	wg.Wait()
	fmt.Println("30 at once:", right.Load())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
