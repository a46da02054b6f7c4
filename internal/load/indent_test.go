package load

import (
	"fmt"
	"strings"
	"testing"
)

const indented = `openapi: 3.0.3
info:
  title: Pets
  description: |
    A shop:
       with pets
     - and more
  version: "1"
servers:
- url: https://pets.example.com
  variables:
    region:
      default: eu
      enum:
      - eu
      - us
- url: https://other.example.com
paths:
  /pets:
    get:
      operationId: pets.list
      parameters:
        - name: limit
          in: query
          schema: {type: integer,
            maximum: 100}
        - - nested
          - deeper: 1
            still: 2
      summary: a text that
        goes on
      x-note: 3 is >
      x-block: !!str >-
          folded
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: array
    post:
      operationId: pets.create
components:
  schemas: {}
`

// TestOddIndent moves each line. Where that is a mistake, the message is about this
// line, or the next, which may be the one that is wrong, or names it.
func TestOddIndent(t *testing.T) {
	lines := strings.SplitAfter(indented, "\n")
	refused := 0
	for i, line := range lines {
		for _, moved := range []string{" " + line, strings.TrimPrefix(line, " "), strings.TrimPrefix(line, "   ")} {
			if moved == line || strings.TrimSpace(line) == "" {
				continue
			}
			text := strings.Join(lines[:i], "") + moved + strings.Join(lines[i+1:], "")
			_, diags := Parse("spec.yaml", []byte(text))
			if len(diags) == 0 || diags[0].Code != "syntax" {
				continue
			}
			refused++
			if got := diags[0].Pos.Line; got != i+1 && got != i+2 && !strings.Contains(diags[0].Fix, fmt.Sprint("line ", i+1, ",")) {
				t.Errorf("%q is line %d: %v", moved, i+1, diags[0])
			}
		}
	}
	if refused < 40 {
		t.Errorf("only %d mistakes", refused)
	}
}
