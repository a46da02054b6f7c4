// Command klaviyo creates a profile, and starts a job that creates categories.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"example.com/programs/api"
	"example.com/programs/klaviyo"
)

func main() {
	ctx := context.Background()
	c, err := klaviyo.New(api.WithServer(os.Args[1]), klaviyo.WithAPIKey("secret"))
	check(err)
	profile, err := c.Profiles.Create(ctx, klaviyo.ProfileCreate{Email: api.Set("ann@example.com")},
		klaviyo.ProfileCreateParams{FieldsProfile: []klaviyo.ProfileField{"email"}})
	check(err)
	fmt.Println(profile.Email)
	var job klaviyo.CatalogCategoryBulkCreateJobCreate
	_, err = c.Catalogs.BulkCreateCategories(ctx, job)
	check(err)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
