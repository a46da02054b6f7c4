// Command apps lists apps of all pages with their builds.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"example.com/programs/api"
	"example.com/programs/apps"
)

func main() {
	c, err := apps.New(api.WithServer(os.Args[1]), apps.WithItcBearerToken("token"))
	if err != nil {
		log.Fatal(err)
	}
	include := []apps.AppInclude{apps.AppIncludeBuilds}
	for app, err := range c.Apps.All(context.Background(), apps.AppListParams{Include: include, Limit: api.Int(2)}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(app.Name)
		for _, build := range app.Builds.Loaded() {
			fmt.Println("  build", build.Version)
		}
	}
}
