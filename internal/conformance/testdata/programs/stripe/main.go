// Command stripe reads a quote, and updates a person of an account.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"example.com/programs/api"
	"example.com/programs/stripe"
)

func main() {
	ctx := context.Background()
	c, err := stripe.New(api.WithServer(os.Args[1]), stripe.WithToken("secret"))
	check(err)
	quote, err := c.Quotes.Get(ctx, "qt_1")
	check(err)
	fmt.Println(quote.Object)
	person, err := c.Accounts.UpdatePerson(ctx, "acct_1", "person_1", stripe.AccountUpdatePerson{FirstName: api.Set("Ann")})
	check(err)
	fmt.Println(person.Object)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
