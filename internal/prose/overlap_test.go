package prose

import "testing"

func TestWithin(t *testing.T) {
	for _, tt := range []struct {
		text, known string
		want        bool
	}{
		{"Create an organisation", "create organisations", true},
		{"Creates an organisation.", "Create an organisation", true},
		{"Fetches a contact", "get contacts", true},
		{"Fetches a contact of an organisation", "get contacts", false},
		{"Retrieve all categories", "list categories", false}, // a list is not a get
		{"Lists boxes and addresses", "list box address", true},
		{"The status", "statuses", false}, // status is no plural
		{"", "list", true},
	} {
		if got := Within(tt.text, tt.known); got != tt.want {
			t.Errorf("Within(%q, %q) is %v", tt.text, tt.known, got)
		}
	}
}

func TestInflected(t *testing.T) {
	for text, want := range map[string]string{
		"Create a pet": "creates", "Creates a pet": "creates", "Apply a patch": "applies", "Fetches pets.": "fetches",
		"Pets of a person": "", "A quote models prices": "", "🚧 Create": "", "": "",
	} {
		if got := Inflected(text); got != want {
			t.Errorf("Inflected(%q) is %q, want %q", text, got, want)
		}
	}
}

func TestFirstSentence(t *testing.T) {
	for _, tt := range [][3]string{
		{"Creates a pet. Its name stays.", "Creates a pet.", "Its name stays."},
		{"Takes values, e.g. Names of pets. They stay.", "Takes values, e.g. Names of pets.", "They stay."},
		{"Version 1.2 is read. OK?", "Version 1.2 is read.", "OK?"},
		{"One sentence", "One sentence", ""},
		{"Ends here.", "Ends here.", ""},
		{"lower. case follows. Then", "lower. case follows.", "Then"},
	} {
		if first, rest := FirstSentence(tt[0]); first != tt[1] || rest != tt[2] {
			t.Errorf("FirstSentence(%q) is %q, %q", tt[0], first, rest)
		}
	}
}
