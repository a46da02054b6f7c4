// Command osf lists nodes with their contributors.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"example.com/programs/api"
	"example.com/programs/osf"
)

func main() {
	ctx := context.Background()
	c, err := osf.New(api.WithServer(os.Args[1]))
	if err != nil {
		log.Fatal(err)
	}
	for node, err := range c.Nodes.All(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		for contributor, err := range c.Nodes.AllContributors(ctx, node.ID) {
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(node.Title, node.Category, contributor.User.ID(), contributor.Permission)
		}
	}
}
