package docs

import (
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/model"
)

// TestConstraintViews holds how each constraint reads.
func TestConstraintViews(t *testing.T) {
	for _, c := range []struct {
		of   *model.Constraints
		want []string
	}{
		{nil, nil},
		{&model.Constraints{Minimum: "0", Maximum: "1e2"}, []string{"minimum=0", "maximum=1e2"}},
		{&model.Constraints{Minimum: "0", Maximum: "9", ExclusiveMinimum: true, ExclusiveMaximum: true}, []string{"greater than=0", "less than=9"}},
		{&model.Constraints{MultipleOf: []string{"2", "3"}, Patterns: []string{"^a", "z$"}}, []string{"multiple of=2", "multiple of=3", "pattern=^a", "pattern=z$"}},
		{&model.Constraints{MinLength: "1", MaxLength: "2", MinItems: "3", MaxItems: "4", MinProperties: "5", MaxProperties: "6"}, []string{
			"minimum length=1", "maximum length=2", "minimum items=3", "maximum items=4", "minimum members=5", "maximum members=6",
		}},
		{&model.Constraints{Format: "uuid", Default: `""`}, []string{"format=uuid", `default=""`}},
		{&model.Constraints{UniqueItems: true, ReadOnly: true, WriteOnly: true}, []string{"unique items", "read-only", "write-only"}},
		{&model.Constraints{MinItems: "1", Elem: &model.Constraints{Elem: &model.Constraints{Format: "date"}}}, []string{"minimum items=1", "each value: each value: format=date"}},
		{&model.Constraints{Default: strings.Repeat("ä", maxConstraint+1)}, []string{"default=" + strings.Repeat("ä", maxConstraint) + "…"}},
	} {
		var got []string
		for _, v := range constraintViews(c.of) {
			got = append(got, strings.TrimSuffix(v.Text+"="+v.Value, "="))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
