// Command up lists transactions that are settled.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"example.com/programs/api"
	"example.com/programs/up"
)

func main() {
	c, err := up.New(api.WithServer(os.Args[1]), up.WithToken("token"))
	if err != nil {
		log.Fatal(err)
	}
	filter := up.TransactionListParams{FilterStatus: up.TransactionStatusEnumSettled}
	for transaction, err := range c.Transactions.All(context.Background(), filter) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(transaction.Description, transaction.Amount.Value, transaction.Account.ID())
	}
}
