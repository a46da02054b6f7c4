// Command servers serves the curated APIs with servers that another generator
// made of their specs: oapi-codegen, at the version that go.mod pins. It sends
// back what they read of each request, so that a misreading of a spec by our
// generator has to be repeated by theirs to go unnoticed.
//
// The module is separate because nobody who uses docwright needs oapi-codegen,
// and its servers, 41,000 lines, are made when a test asks for them: see
// command generate. Package independent of internal/conformance runs both.
//
// The command prints the address that it serves on, and ends with its input.
// A request for an API has the API's name before its path: /ctrlhub/v3/orgs.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"reflect"
	"strings"
)

//go:generate go run ./generate

// reading is what a server made of a request. Package independent declares it
// as well.
type reading struct {
	Operation string         `json:"operation"`
	Path      []string       `json:"path"`   // parameters of the path, in its order
	Params    map[string]any `json:"params"` // parameters of the query and the header
	Body      []byte         `json:"body"`   // the body as the server's own types encode it
}

func main() {
	log.SetFlags(0)
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	apis := map[string]http.Handler{"clarus": clarusHandler(), "ctrlhub": ctrlhubHandler()}
	log.Fatal(http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		api, ok := apis[name]
		if !ok {
			http.Error(w, "no API "+name, http.StatusNotFound)
			return
		}
		http.StripPrefix("/"+name, api).ServeHTTP(w, r)
	})))
}

// respond sends what a server made of a request: its struct of path parameters,
// of query and header parameters, and of the body.
func respond(w http.ResponseWriter, operation string, request any) error {
	got := reading{Operation: operation}
	v := reflect.ValueOf(request)
	for i := range v.NumField() {
		var err error
		switch value := v.Field(i).Interface(); v.Type().Field(i).Name {
		case "Body":
			got.Body, err = encodeBody(value)
		case "Params":
			got.Params, err = encodeParams(value)
		case "ContentType":
		default:
			got.Path = append(got.Path, fmt.Sprint(value))
		}
		if err != nil {
			return err
		}
	}
	return json.NewEncoder(w).Encode(got)
}

// encodeBody encodes a body again: what the server's types did not read is missing then.
func encodeBody(body any) ([]byte, error) {
	if stream, ok := body.(io.Reader); ok {
		return io.ReadAll(stream)
	}
	return json.Marshal(body)
}

func encodeParams(params any) (map[string]any, error) {
	data, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	var members map[string]any
	return members, json.Unmarshal(data, &members)
}

// refuse sends why a server could not read a request.
func refuse(w http.ResponseWriter, _ *http.Request, err error) {
	http.Error(w, err.Error(), http.StatusBadRequest)
}
