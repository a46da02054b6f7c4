// Command github reads a release, and the issues of a repository.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"example.com/programs/api"
	"example.com/programs/github"
)

func main() {
	ctx := context.Background()
	c, err := github.New(api.WithServer(os.Args[1]))
	check(err)
	release, err := c.Repos.GetReleaseByTag(ctx, "golang", "go", "go1.26.0")
	check(err)
	fmt.Println(release.TagName)
	for issue, err := range c.Issues.AllForRepo(ctx, "golang", "go", github.IssueListForRepoParams{
		Direction: github.DirectionAsc, PerPage: api.Int(100),
	}) {
		check(err)
		fmt.Println(issue.Number, issue.Title)
		break
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
