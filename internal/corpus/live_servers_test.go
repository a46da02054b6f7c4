package corpus

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// liveServers are the servers that TestLive starts.
var liveServers = []*liveServer{
	prometheus, magazine, directus,
	mock("apple", "dev/apple.com_app-store-connect.json"),
	mock("square", "dev/squareup.com.json"),
	mock("here", "dev/here.com_tracking.json"),
}

// prism stands for the program that make live names in PRISM.
const prism = "prism"

// mock is Prism with the document of an API that cannot be called here. Prism checks
// each request and makes responses of examples and schemas.
func mock(name, file string) *liveServer {
	return &liveServer{
		name: "prism_" + name, needs: prism, file: file,
		start: func(t *testing.T, r *runningServer) {
			t.Helper()
			host, port, err := net.SplitHostPort(r.addr)
			if err != nil {
				t.Fatal(err)
			}
			startServer(t, exec.Command(r.where, "mock", "--errors", "--host", host, "--port", port, r.dir), http.StatusNotFound, "http://"+r.addr+"/")
		},
	}
}

// prometheus monitors itself. It has no users, and no pages.
var prometheus = &liveServer{
	name: "prometheus", needs: "prometheus", document: "/api/v1/openapi.yaml?openapi_version=3.2", base: "/api/v1",
	start: func(t *testing.T, r *runningServer) {
		t.Helper()
		if err := os.CopyFS(r.dir, os.DirFS(filepath.Join("testdata", "live", "prometheus.config"))); err != nil {
			t.Fatal(err)
		}
		config, err := os.ReadFile(filepath.Join(r.dir, "prometheus.yml"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(r.dir, "prometheus.yml"), []byte(strings.ReplaceAll(string(config), "ADDRESS", r.addr)), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(r.where, "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address="+r.addr, "--web.enable-admin-api", "--web.enable-lifecycle", "--enable-feature=search-api,query-cost,exemplar-storage")
		cmd.Dir = r.dir
		startServer(t, cmd, http.StatusOK, "http://"+r.addr+"/api/v1/scrape_pools/config?scrapePool=self") // ready, and its configuration is in force
	},
	values: map[string]any{
		"query scrapePool": "self", "query labels": `{"__address__":"a"}`, "query query": "up", "query label": "job", "path name": "team",
		"query match[]": []string{"up"},
	},
	// Its document says that the result of a text is two texts, and it is a time and a text.
	want: `up: "a b" 1
by POST: 2
text: query: 200 OK: data.result[0]: expected string, found number
range: 3
formatted: sum by (job) (up)
labels: true
limited: 2 [results truncated due to limit]
values: [a b]
series: 1
series by POST: true
search: scrape_duration_seconds
search: ends
rule: "up:sum" "recording"
rule: "AlwaysFiring" "alerting"
syntax: 400 bad_data error
many matches: 422 execution error
pool: 400 bad_data error
30 at once: [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29]
deleted: <nil>
cleaned: <nil>
snapshot: true
event: true Configuration reload has failed.
notifications: 1
`,
}

// magazine is a JSON:API server that describes itself as Swagger 2.0.
var magazine = &liveServer{
	name: "jsonapi", needs: "node/node_modules/jsonapi-server", document: "/rest/swagger.json", base: "/rest",
	start: func(t *testing.T, r *runningServer) {
		t.Helper()
		r.token = "secret"
		_, port, err := net.SplitHostPort(r.addr)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("node", filepath.Join("testdata", "live", "jsonapi.config", "server.cjs"), filepath.Dir(r.where), port)
		startServer(t, cmd, http.StatusOK, "http://"+r.addr+"/rest/swagger.json", "Authorization", "Bearer secret")
	},
	values: map[string]any{"path id": "3c0d1f4e-0b3a-4d0e-9d4c-000000000012", "GET /people/{id} path id": "3c0d1f4e-0b3a-4d0e-9d4c-000000000001"},
	differences: map[string]string{
		`.*: string doesn't match the format "date" at /data/(\*/)?attributes/created`: "it writes dates as date-times",
		`.*: Value is not nullable at /data/(\*/)?attributes/content`:                  "its document has no word for null",
		`GET /articles/{id}/related: (value must be an object at /data|not read)`:      "its document says one article, and the relationship has many",
	},
	want: `pages: 3 7
filtered: Title 3 Text true false
sorted: Title 7 6 2020-01-07 Ann
included: Title 2 ann@example.com Title 1
author: Ann 40
created: New & <new> 1 true 2
updated: New & <new> 5 2
cleared: New & <new> true
deleted: <nil>
get deleted: 404 Requested resource does not exist
related: 1 true
added: <nil>
author changed: <nil>
now: true 2
create: 403 Param validation failed
get: 404 Requested resource does not exist
stranger: 401 Authentication Failed
page: 403 Param validation failed
30 at once: 30
`,
}

// directus is a headless CMS. What its document describes depends on the
// collections that it has, so one is created first.
var directus = &liveServer{
	name: "directus", needs: "node/node_modules/sqlite3/build/Release/node_sqlite3.node", document: "/server/specs/oas", base: "", overlay: "directus.overlay.yaml",
	start:  startDirectus,
	values: map[string]any{"path collection": "articles", "getCollection path id": "articles", "getCollectionField path id": "title", "path id": 1},
	differences: map[string]string{
		`.*: Value is not nullable at .*`:                                              "its document says of hardly any member that it may be null",
		`.*: string doesn't match the format "date-time" at .*`:                        "it keeps no time zones in SQLite, and writes 2024-02-29T12:00:00",
		`.*: undocumented /errors`:                                                     "it sends a list of errors, and its document describes one",
		`GET /(collections|fields|relations|schema/snapshot).*: undocumented /data/.*`: "its document describes the rows of its tables, and it sends more",
		`GET /relations/{id}: status 403`:                                              "its path is that of a collection and a field",
		`GET /permissions: undocumented /data/\*/system`:                               "its document leaves the member out",
		`GET /permissions/me: status 204`:                                              "it sends nothing to administrators",
		`GET /auth/oauth.*: status 404`:                                                "its document keeps paths of version 8",
		`GET /webhooks: value must be an object at /data`:                              "it sends a list",
		`GET /webhooks/{id}: status 403`:                                               "there is none: webhooks can no longer be created",
	},
	want: `wrong password: 401 Invalid user credentials.
nobody: 401 Invalid user credentials.
logged in: admin@example.com active
pages: 3 8
without a total: 8
filtered: Folder 5 false
filtered: Folder 2 false
counts: 8 2
created: Eve Ä & <b> [a b] active **********
updated: "Eve" null "Dr" ["a","b"]
deleted: 403 You don't have permission to access this.
article: New true 9007199254740991 0.1 2024-02-29 [a b] {"deep":null} true true
updated: New 0 false 0
filtered: Four 4
filtered: Three 3
filtered: Two 2
no title: 400 Validation failed for field "title". Value is required.
deleted item: 403 You don't have permission to access this.
uploaded: A text a.txt text/plain 7
asset: ä text <nil>
nothing changed: A text <nil>
deleted file: 403 You don't have permission to access this.
ping: pong <nil>
no address: 400 Validation failed for field "email". Value has to be a valid email address.
twice: 400 Value for field "email" in collection "directus_users" has to be unique.
last administrator: 422 Can't process content. You can't remove the last admin user from the role.
path: 404 Route /no/such/path doesn't exist.
30 at once: 30
`,
}

// directusEnvironment configures Directus: an empty database in the working
// directory, and nothing that needs the network.
func directusEnvironment(addr string) []string {
	host, port, _ := net.SplitHostPort(addr)
	return append(os.Environ(), "HOST="+host, "PORT="+port, "PUBLIC_URL=http://"+addr, "KEY=key", "SECRET=secret", "DB_CLIENT=sqlite3", "DB_FILENAME=./data.db",
		"ADMIN_EMAIL=admin@example.com", "ADMIN_PASSWORD=password", "TELEMETRY=false", "STORAGE_LOCATIONS=local", "STORAGE_LOCAL_ROOT=./uploads",
		"EXTENSIONS_PATH=./extensions", "CACHE_ENABLED=false", "SERVE_APP=false", "LOG_LEVEL=warn")
}

func startDirectus(t *testing.T, r *runningServer) {
	t.Helper()
	modules := strings.TrimSuffix(filepath.ToSlash(r.where), "/sqlite3/build/Release/node_sqlite3.node")
	command := func(name string) *exec.Cmd {
		cmd := exec.Command("node", filepath.Join(modules, "directus", "cli.js"), name)
		cmd.Dir, cmd.Env = r.dir, directusEnvironment(r.addr)
		return cmd
	}
	if out, err := command("bootstrap").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	startServer(t, command("start"), http.StatusOK, "http://"+r.addr+"/server/ping")
	var login struct {
		Data struct {
			Token string `json:"access_token"`
		}
	}
	data := r.request(t, http.MethodPost, "/auth/login", "application/json", []byte(`{"email":"admin@example.com","password":"password"}`))
	if err := json.Unmarshal(data, &login); err != nil {
		t.Fatal(err)
	}
	r.token = login.Data.Token
	r.createDirectus(t)
}

// createDirectus creates one of each thing that has an id, so that there is
// something to get.
func (r *runningServer) createDirectus(t *testing.T) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "live", "directus.json"))
	if err != nil {
		t.Fatal(err)
	}
	var things []struct {
		Path   string
		Body   json.RawMessage // with $KEY for the value of a parameter
		Form   string          // a multipart body, instead, with the boundary "part"
		Values []string        // of parameters that are the id of what is created
	}
	if err := json.Unmarshal(data, &things); err != nil {
		t.Fatal(err)
	}
	for _, thing := range things {
		var created struct{ Data struct{ ID any } }
		contentType, body := "application/json", string(thing.Body)
		if thing.Form != "" {
			contentType, body = "multipart/form-data; boundary=part", thing.Form
		}
		for key, value := range r.values {
			body = strings.ReplaceAll(body, `"$`+key+`"`, string(asJSON(value)))
		}
		answer := r.request(t, http.MethodPost, thing.Path, contentType, []byte(body))
		if err := json.Unmarshal(answer, &created); err != nil && len(thing.Values) > 0 {
			t.Fatalf("%s: %v", answer, err)
		}
		for _, key := range thing.Values {
			r.values[key] = created.Data.ID
		}
	}
}
