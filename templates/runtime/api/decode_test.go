package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
)

// large takes a hundred times the memory of its JSON.
type large struct {
	A [40]int64 `json:"a"`
	Presence
}

// TestMemoryLimit: nine kilobytes of gzip must not take gigabytes of memory.
func TestMemoryLimit(t *testing.T) {
	const elements = 2_000_000
	list := "[" + strings.Repeat("{},", elements-1) + "{}]"
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, list) })
	call := get("/things")
	_, err := Value[[]large](t.Context(), c, call)
	var body *BodyError
	if !errors.Is(err, ErrTooLarge) || !errors.As(err, &body) {
		t.Errorf("not ErrTooLarge: %v", err)
	}
	wantPart(t, err, "things.get: 200 OK: 6000001 bytes of JSON would take more than 155 MB in memory: pass api.WithMemoryLimit to allow more (offset ")
	if all, err := Value[[]large](t.Context(), c, call, WithMemoryLimit(0)); err != nil || len(all) != elements {
		t.Errorf("without a limit: %d, %v", len(all), err)
	}
	if _, err := Value[[]struct{ ID int }](t.Context(), c, call, WithMemoryLimit(1000)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("with a limit of 1000 bytes: %v", err)
	}
}

// TestDecodeContext: decoding ends when the context does.
func TestDecodeContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("the user left")
	cancel(why)
	r := &Response{Operation: "things.list", Status: "200 OK", Body: []byte("[" + strings.Repeat("{},", 1000) + "{}]")}
	var v []large
	if err := r.DecodeContext(ctx, &v); !errors.Is(err, why) || !strings.Contains(err.Error(), "things.list: 200 OK: decoding was stopped: the user left") {
		t.Error(err)
	}
	if err := r.Decode(&v); err != nil || len(v) != 1001 {
		t.Error(err, len(v))
	}
}
