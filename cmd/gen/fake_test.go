package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/project"
)

const splitShop = `openapi: 3.0.3
info: {title: Shop, version: "1"}
servers: [{url: https://shop.example.com}]
paths:
  /orders/{id}:
    get:
      tags: [orders]
      operationId: getOrder
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200": {$ref: "#/components/responses/Order"}
  /boxes:
    post:
      tags: [boxes]
      operationId: createBox
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Box"}}}}
      responses:
        "200": {$ref: "#/components/responses/Order"}
  /doors:
    delete:
      tags: [doors]
      operationId: closeDoors
      responses:
        "204": {description: Closed.}
components:
  responses:
    Order: {description: An order., content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}}
  schemas:
    Order: {type: object, properties: {id: {type: string}}}
    Box: {type: object, properties: {size: {type: integer}}}
`

// splitShopTest is what a user of the client and its fake writes.
const splitShopTest = `package app

import (
	"context"
	"strconv"
	"testing"

	"example.com/app/api"
	"example.com/app/shop"
	"example.com/app/shop/boxes"
	"example.com/app/shop/doors"
	"example.com/app/shop/orders"
	"example.com/app/shop/shoptest"
)

func TestShop(t *testing.T) {
	srv := shoptest.NewServer(t)
	srv.Orders.OnGet(func(_ context.Context, req *shoptest.OrdersGetRequest) (*shop.Order, error) {
		return &shop.Order{ID: "order " + req.ID}, nil
	})
	srv.Boxes.OnCreate(func(_ context.Context, req *shoptest.BoxesCreateRequest) (*shop.Order, error) {
		size, _ := req.Body.Size.Get()
		return &shop.Order{ID: strconv.FormatInt(size, 10)}, nil
	})
	order, err := orders.New(srv.Client).Get(t.Context(), "7")
	if err != nil || order.ID != "order 7" {
		t.Errorf("%v, %v", order, err)
	}
	boxed, err := boxes.New(srv.Client).Create(t.Context(), boxes.Box{Size: api.Set[int64](3)})
	if err != nil || boxed.ID != "3" {
		t.Errorf("%v, %v", boxed, err)
	}
	if err := doors.New(srv.Client).Close(t.Context()); err != nil {
		t.Error(err)
	}
}
`

// TestSplitFake generates a split client with a fake in a module of its own, and
// runs a test there that uses both.
func TestSplitFake(t *testing.T) {
	skipUnlessHeavy(t)
	checkout, dir := checkoutDir(t), t.TempDir()
	goRun := goIn(t, dir)
	for _, name := range []string{"go.mod", "go.sum"} { // the test is offline
		copyFile(t, filepath.Join(checkout, name), filepath.Join(dir, name))
	}
	goRun("mod", "edit", "-module=example.com/app")
	writeFile(t, filepath.Join(dir, "shop.yaml"), splitShop)
	writeFile(t, filepath.Join(dir, "gen.yaml"), "clients:\n  - {spec: shop.yaml, out: shop, split: true, fake: true}\n")
	writeFile(t, filepath.Join(dir, "shop_test.go"), splitShopTest)
	t.Chdir(dir)
	if code := run([]string{"-c", "gen.yaml"}, io.Discard, os.Stderr); code != exitOK {
		t.Fatalf("exit %d", code)
	}
	goRun("vet", "./shop/...")
	goRun("test", ".")
}

const configuredPets = `openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /price:
    get:
      operationId: pets.price
      responses:
        "200":
          description: The price.
          content: {application/json: {schema: {$ref: "https://schemas.example.com/v1/money.yaml#/Money"}}}
`

// TestServeConfigured serves a document with the overlays and the places of the
// network that the config has for it, and without a config.
func TestServeConfigured(t *testing.T) {
	for name, c := range map[string]struct{ config, path, answer, stderr string }{
		"config":    {"clients:\n  - {spec: pets.yaml, out: pets, overlays: [more.yaml], refs: [https://schemas.example.com/v1]}\n", "/cost", `{"amount":"seven"}`, ""},
		"no config": {"", "/price", "", "is not fetched: it is read as any value [DW005]"},
		"broken":    {"clients:\n  - {spec: pets.yaml}\n", "", "", "gen.yaml:2:5: error: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_CACHE_HOME", t.TempDir())
			t.Chdir(t.TempDir())
			writeFile(t, "go.mod", "module example.com/app\n\ngo 1.24\n")
			writeFile(t, "pets.yaml", configuredPets)
			writeFile(t, "more.yaml", "overlay: 1.0.0\ninfo: {title: More, version: \"1\"}\nactions:\n  - target: $.paths\n    update: {/cost: {get: {operationId: pets.cost, responses: {\"200\": {description: ok, content: {application/json: {schema: {$ref: \"https://schemas.example.com/v1/money.yaml#/Money\"}}}}}}}}\n")
			set := settings{format: "text"}
			set.Config = "spec/gen.yaml"
			if c.config != "" {
				writeFile(t, "gen.yaml", c.config)
				set.Config, set.ConfigGiven = "gen.yaml", true
			}
			stderr := &lockedBuffer{}
			st := project.RealStages()
			st.Network = network{"https://schemas.example.com/v1/money.yaml": "Money: {type: object, required: [amount], properties: {amount: {type: string, enum: [seven]}}}"}
			if body := fakeAnswer(t, &app{stages: st, settings: set, stderr: &diag.Printer{W: stderr}}, c.path); c.answer != "" && strings.TrimSpace(body) != c.answer {
				t.Errorf("answered %s, want %s", body, c.answer)
			}
			if got := stderr.String(); (got == "") != (c.stderr == "") || !strings.Contains(got, c.stderr) {
				t.Errorf("stderr: %s, want %s", got, c.stderr)
			}
		})
	}
}

// fakeAnswer serves pets.yaml, and returns what path is answered with: nothing
// when there is no path, and the fake must not start.
func fakeAnswer(t *testing.T, a *app, path string) string {
	t.Helper()
	out := &lockedBuffer{}
	a.stdout = &diag.Printer{W: out}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan int, 1)
	go func() { ended <- a.serveFake(ctx, "pets.yaml", &fakeSettings{address: "localhost:0"}) }()
	listening := regexp.MustCompile(`listening on (\S+)`)
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		select {
		case code := <-ended:
			if code != exitFailed || path != "" {
				t.Fatalf("exit %d", code)
			}
			return ""
		default:
		}
		if url := listening.FindStringSubmatch(out.String()); url != nil {
			return get(t, url[1]+path)
		}
		if time.Now().After(end) {
			t.Fatalf("it does not listen: %s", out)
		}
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %v: %s", resp.StatusCode, err, body)
	}
	return string(body)
}
