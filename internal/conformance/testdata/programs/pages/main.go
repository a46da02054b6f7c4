// Command pages reads lists that go on in different ways.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"example.com/programs/api"
	"example.com/programs/pages"
)

func main() {
	ctx := context.Background()
	c, err := pages.New(api.WithServer(os.Args[1]))
	if err != nil {
		log.Fatal(err)
	}
	for page, err := range c.Numbers.Pages(ctx, pages.NumberListParams{PageSize: api.Int(2)}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("numbers", len(page.Items))
	}
	for page, err := range c.Offsets.Pages(ctx, pages.OffsetListParams{PageLimit: api.Int(2)}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("offsets", len(page.Items))
	}
	for page, err := range c.Cursors.Pages(ctx, pages.CursorListParams{PageSize: api.Int(2)}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("cursors", len(page.Items))
	}
}
