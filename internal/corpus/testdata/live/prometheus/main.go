// A program that uses a Prometheus that monitors itself.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/corpus/api"
	prometheus "example.com/corpus/client"
)

func main() {
	log.SetFlags(0)
	url, dir := os.Args[1], os.Args[2]
	client, err := prometheus.New(api.WithServer(url), api.WithRetries(0))
	check(err)
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	queries(ctx, client)
	series(ctx, client)
	failures(ctx, client)
	concurrent(ctx, client)
	admin(ctx, client)
	events(ctx, client, url, dir)
}

func queries(ctx context.Context, c *prometheus.Client) {
	var up *prometheus.QueryOutputBody
	for { // until it was scraped
		var err error
		up, err = c.Query.Query(ctx, prometheus.QueryQueryParams{Query: `up{job="self"}`})
		check(err)
		if len(up.Data.Vector.Result) > 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	sample := up.Data.Vector.Result[0].FloatSample
	fmt.Println("up:", string(sample.Metric["team"]), *sample.Value[1].String)

	scalar, err := c.Query.Update(ctx, prometheus.QueryPostInputBody{Query: "1 + 1 # & = +"})
	check(err)
	fmt.Println("by POST:", *scalar.Data.Scalar.Result[1].String)
	_, err = c.Query.Query(ctx, prometheus.QueryQueryParams{Query: `"ä&+"`})
	before, _, _ := strings.Cut(fmt.Sprint(err), " (")
	fmt.Println("text:", before)

	step := "30s"
	end := time.Now().UTC().Truncate(time.Second)
	start := end.Add(-time.Minute)
	matrix, err := c.Query.QueryRange(ctx, prometheus.QueryQueryRangeParams{
		Query: "vector(7)", Start: prometheus.QueryStart{Time: &start}, End: prometheus.QueryEnd{Time: &end}, Step: prometheus.QueryStep{String: &step},
	})
	check(err)
	fmt.Println("range:", len(matrix.Data.Matrix.Result[0].FloatSeries.Values))
	formatted, err := c.Query.Format(ctx, prometheus.QueryFormatParams{Query: "sum(up)by(job)"})
	check(err)
	fmt.Println("formatted:", formatted.Data)
}

func series(ctx context.Context, c *prometheus.Client) {
	labels, err := c.Labels.List(ctx)
	check(err)
	fmt.Println("labels:", slices.Contains(labels.Data, "team"))
	few, err := c.Labels.List(ctx, prometheus.LabelListParams{Limit: api.Set(int64(2))})
	check(err)
	fmt.Println("limited:", len(few.Data), few.Warnings)
	values, err := c.Labels.LabelValues(ctx, "team", prometheus.LabelLabelValuesParams{Match: []string{`up{team=~"a.*"}`}})
	check(err)
	fmt.Println("values:", values.Data)
	matched, err := c.Series.List(ctx, prometheus.SeriesListParams{Match: []string{"up"}})
	check(err)
	fmt.Println("series:", len(matched.Data))
	posted, err := c.Series.Post(ctx, prometheus.SeriesPostInputBody{Match: []string{"up", "up:sum"}})
	check(err)
	fmt.Println("series by POST:", len(posted.Data) > 0)
	for line, err := range c.Metadata.SearchMetricNames(ctx, prometheus.MetadataSearchMetricNamesParams{Search: []string{"scrape_duration"}}) {
		check(err)
		switch {
		case bytes.Contains(line, []byte(`"scrape_duration_seconds"`)):
			fmt.Println("search: scrape_duration_seconds")
		case bytes.Contains(line, []byte(`"has_more":false`)):
			fmt.Println("search: ends")
		}
	}
	rules, err := c.Rules.List(ctx)
	check(err)
	for _, rule := range rules.Data.Groups[0].Rules {
		fmt.Println("rule:", string(rule["name"]), string(rule["type"]))
	}
}

// failures are calls that the server refuses.
func failures(ctx context.Context, c *prometheus.Client) {
	_, err := c.Query.Query(ctx, prometheus.QueryQueryParams{Query: "sum("})
	refused("syntax", err)
	_, err = c.Query.Query(ctx, prometheus.QueryQueryParams{Query: `up * on() {__name__=~"go_.*"}`})
	refused("many matches", err)
	_, err = c.Targets.GetScrapePoolConfig(ctx, prometheus.TargetGetScrapePoolConfigParams{ScrapePool: "no such"})
	refused("pool", err)
}

func refused(what string, err error) {
	var e *api.Error
	if !errors.As(err, &e) {
		fmt.Println(what, "was not refused:", err)
		return
	}
	typed, ok := e.Value.(*prometheus.Error)
	if !ok {
		fmt.Printf("%s: %d with a %T\n", what, e.StatusCode, e.Value)
		return
	}
	fmt.Printf("%s: %d %s %s\n", what, e.StatusCode, typed.ErrorType, typed.Status)
}

func concurrent(ctx context.Context, c *prometheus.Client) {
	var wg sync.WaitGroup
	answers := make([]string, 30)
	for i := range answers {
		wg.Go(func() {
			body, err := c.Query.Query(ctx, prometheus.QueryQueryParams{Query: fmt.Sprint(i)})
			if err != nil {
				log.Print(err)
				return
			}
			answers[i] = *body.Data.Scalar.Result[1].String
		})
	}
	wg.Wait()
	fmt.Println("30 at once:", answers)
}

// admin changes data.
func admin(ctx context.Context, c *prometheus.Client) {
	_, err := c.Admin.DeleteSeriesPost(ctx, prometheus.AdminDeleteSeriesPostParams{Match: []string{"scrape_samples_scraped"}})
	fmt.Println("deleted:", err)
	_, err = c.Admin.CleanTombstonesPost(ctx)
	fmt.Println("cleaned:", err)
	snapshot, err := c.Admin.PostSnapshotPost(ctx)
	check(err)
	fmt.Println("snapshot:", snapshot.Data.Name != "")
}

// events has the server send an event: that it cannot read its configuration.
func events(ctx context.Context, c *prometheus.Client, url, dir string) {
	file := filepath.Join(dir, "prometheus.yml")
	good, err := os.ReadFile(file)
	check(err)
	reload := func(config []byte) {
		check(os.WriteFile(file, config, 0o600))
		resp, err := http.Post(strings.TrimSuffix(url, "/api/v1")+"/-/reload", "", nil)
		check(err)
		resp.Body.Close()
	}
	reload(bytes.Replace(good, []byte("rule_files"), []byte("rule_file"), 1))
	for event, err := range c.Notifications.GetLive(ctx) {
		check(err)
		fmt.Println("event:", event.Data.Active, event.Data.Text)
		break
	}
	list, err := c.Notifications.List(ctx)
	check(err)
	fmt.Println("notifications:", len(list.Data))
	reload(good)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
