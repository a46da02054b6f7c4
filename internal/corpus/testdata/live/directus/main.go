// A program that uses Directus.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"example.com/corpus/api"
	directus "example.com/corpus/client"
)

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	client := login(ctx, os.Args[1])
	lists(ctx, client)
	changes(ctx, client)
	articles(ctx, client)
	uploads(ctx, client)
	failures(ctx, client)
	concurrent(ctx, client)
}

// login exchanges a password for a token. The header has a scheme before it, which
// the document does not say.
func login(ctx context.Context, url string) *directus.Client {
	anonymous, err := directus.New(api.WithServer(url), api.WithRetries(0))
	check(err)
	_, err = anonymous.Authentication.Login(ctx, &directus.AuthenticationLogin{Email: "admin@example.com", Password: "wrong"})
	refused("wrong password", err)
	_, err = anonymous.Users.GetMe(ctx)
	refused("nobody", err)
	session, err := anonymous.Authentication.Login(ctx, &directus.AuthenticationLogin{Email: "admin@example.com", Password: "password"})
	check(err)
	client, err := directus.New(api.WithServer(url), directus.WithAuth("Bearer "+session.Data.AccessToken), api.WithRetries(0))
	check(err)
	me, err := client.Users.GetMe(ctx)
	check(err)
	fmt.Println("logged in:", me.Data.Email, me.Data.Status)
	return client
}

// lists creates folders and pages, filters and sorts them.
func lists(ctx context.Context, c *directus.Client) {
	for i := range 7 {
		_, err := c.Folders.Create(ctx, &directus.FolderCreate{Name: fmt.Sprint("Folder ", i)})
		check(err)
	}
	pages, items := 0, 0
	for page, err := range c.Folders.Pages(ctx, directus.FolderListParams{Limit: api.Set(int64(3)), Meta: "total_count"}) {
		check(err)
		pages, items = pages+1, items+len(page.Items())
	}
	fmt.Println("pages:", pages, items)
	items = 0
	for _, err := range c.Folders.All(ctx, directus.FolderListParams{Limit: api.Set(int64(3))}) {
		check(err)
		items++
	}
	fmt.Println("without a total:", items)
	filtered, err := c.Folders.List(ctx, directus.FolderListParams{
		Filter: map[string]any{"name": map[string]any{"_in": []string{"Folder 2", "Folder 5"}}}, Sort: []string{"-name"}, Fields: []string{"name"}, Meta: "*",
	})
	check(err)
	for _, f := range filtered.Data {
		fmt.Println("filtered:", f.Name, f.Has(&f.ID))
	}
	fmt.Println("counts:", filtered.Meta.TotalCount, filtered.Meta.FilterCount)
}

// changes creates, updates a part and deletes.
func changes(ctx context.Context, c *directus.Client) {
	created, err := c.Users.Create(ctx, directus.UsersInput{
		Email: api.Set("eve@example.com"), Password: api.Set("secret"), FirstName: api.Set("Eve"), LastName: api.Set("Ä & <b>"), Tags: api.Set([]string{"a", "b"}),
	})
	check(err)
	user := created.Data
	fmt.Println("created:", user.FirstName, user.LastName, user.Tags, user.Status, user.Password)
	updated, err := c.Users.Update(ctx, user.ID, directus.UsersInput{LastName: api.Null[string](), Title: api.Set("Dr")})
	check(err)
	fmt.Printf("updated: %s %s %s %s\n", updated.Data["first_name"], updated.Data["last_name"], updated.Data["title"], updated.Data["tags"])
	check(c.Users.Delete(ctx, user.ID))
	_, err = c.Users.Get(ctx, user.ID)
	refused("deleted", err)
}

// articles uses a collection of its own. The document says that items are created
// by a list, and that a list comes back.
func articles(ctx context.Context, c *directus.Client) {
	created, err := c.Items.CreateArticles(ctx, &directus.ItemCreateArticles{ItemsArticles: &[]directus.ItemsArticlesInput{
		{Title: api.Set("New"), Draft: api.Set(true), Size: api.Set(int64(9007199254740991)), Price: api.Set(0.1), Day: api.Set(api.Date{Year: 2024, Month: 2, Day: 29}), Tags: api.Set([]string{"a", "b"}), More: api.Set[any](map[string]any{"deep": nil})},
	}})
	check(err)
	a := created.Data[0]
	fmt.Println("article:", a.Title, a.Draft, a.Size, a.Price, a.Day, a.Tags, string(a.More), a.Has(&a.Views), a.At.IsZero())
	id := directus.ItemID{Int: &a.ID}
	updated, err := c.Items.UpdateSingleItemsArticles(ctx, id, directus.ItemsArticlesInput{Views: api.Set(int64(0)), Draft: api.Set(false), Size: api.Null[int64]()})
	check(err)
	fmt.Println("updated:", updated.Data.Title, updated.Data.Views, updated.Data.Draft, updated.Data.Size)
	for a, err := range c.Items.AllArticles(ctx, directus.ItemListArticlesParams{Filter: map[string]any{"views": map[string]any{"_between": []int{2, 4}}}, Sort: []string{"-views"}, Limit: api.Set(int64(2)), Meta: "*"}) {
		check(err)
		fmt.Println("filtered:", a.Title, a.Views)
	}
	_, err = c.Items.CreateArticles(ctx, &directus.ItemCreateArticles{ItemsArticlesObject: &directus.ItemsArticlesInput{Views: api.Set(int64(1))}})
	refused("no title", err)
	check(c.Items.DeleteSingleItemsArticles(ctx, id))
	_, err = c.Items.GetSingleItemsArticles(ctx, id)
	refused("deleted item", err)
}

func uploads(ctx context.Context, c *directus.Client) {
	created, err := c.Files.Create(ctx, directus.FileCreate{Title: api.Set("A text"), File: api.Set(api.File{Name: "a.txt", ContentType: "text/plain", Content: strings.NewReader("ä text")})})
	check(err)
	file := created.Data
	fmt.Println("uploaded:", file.Title, file.FilenameDownload, file.Type, file.Filesize)
	text, err := c.Assets.Get(ctx, file.ID)
	fmt.Println("asset:", text, err)
	renamed, err := c.Files.Update(ctx, file.ID, directus.FileUpdate{})
	fmt.Println("nothing changed:", renamed.Data.Title, err)
	check(c.Files.Delete(ctx, file.ID))
	_, err = c.Files.Get(ctx, file.ID)
	refused("deleted file", err)
	pong, err := c.Server.Ping(ctx)
	check(err)
	data, err := io.ReadAll(pong)
	fmt.Println("ping:", string(data), err)
	pong.Close()
}

// failures are calls that the server refuses.
func failures(ctx context.Context, c *directus.Client) {
	_, err := c.Users.Create(ctx, directus.UsersInput{Email: api.Set("no address")})
	refused("no address", err)
	_, err = c.Users.Create(ctx, directus.UsersInput{Email: api.Set("ann@example.com")})
	refused("twice", err)
	me, err := c.Users.GetMe(ctx)
	check(err)
	refused("last administrator", c.Users.Delete(ctx, me.Data.ID))
	err = c.Call(ctx, "GET", "/no/such/path", nil, nil)
	refused("path", err)
}

func refused(what string, err error) {
	var e *api.Error
	if !errors.As(err, &e) {
		fmt.Println(what, "was not refused:", err)
		return
	}
	fmt.Printf("%s: %d %s\n", what, e.StatusCode, e.Message)
}

func concurrent(ctx context.Context, c *directus.Client) {
	var wg sync.WaitGroup
	var right atomic.Int32
	for i := range 30 {
		wg.Go(func() {
			name := fmt.Sprint("Folder ", i%7)
			list, err := c.Folders.List(ctx, directus.FolderListParams{Filter: map[string]any{"name": map[string]any{"_eq": name}}})
			if err != nil {
				log.Print(err)
				return
			}
			if len(list.Data) == 1 && list.Data[0].Name == name {
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
