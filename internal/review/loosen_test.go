package review

import "testing"

func TestLoosens(t *testing.T) {
	const from, to = "changed from func(ctx context.Context, id string", "(*Pet, error) to func(ctx context.Context, id string"
	for text, want := range map[string]bool{
		from + ") " + to + ", params ...PetGetParams) (*Pet, error)":                               true,
		from + ", params PetGetParams) " + to + ", params ...PetGetParams) (*Pet, error)":          true,
		"changed from func(context.Context) error to func(context.Context, ...PetGetParams) error": true,

		from + ", params ...PetGetParams) " + to + ", params PetGetParams) (*Pet, error)": false,
		from + ", params ...PetGetParams) " + to + ") (*Pet, error)":                      false,
		from + ") " + to + ", params PetGetParams) (*Pet, error)":                         false,
		from + ") " + to + ", params ...PetGetParams) (*Dog, error)":                      false,
		from + ") " + to + ", more ...string) (*Pet, error)":                              false,
		from + ", dry bool) " + to + ", params ...PetGetParams) (*Pet, error)":            false,
		"removed":                    false,
		"changed from string to int": false,
	} {
		if got := loosens(text); got != want {
			t.Errorf("%s: %t, want %t", text, got, want)
		}
	}
}
