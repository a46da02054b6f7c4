package prose

import "testing"

func TestSentence(t *testing.T) {
	for _, c := range []struct{ name, text, verb, want string }{
		{"Contact", "A person", "", "Contact is a person."},
		{"Pet", "Represents a pet.", "", "Pet represents a pet."},
		{"Terms", "Words of an organisation", "", "Terms holds words of an organisation."},
		{"Status", "State of the order", "", "Status is the state of the order."},
		{"Key", "ID of the order", "", "Key is the ID of the order."},
		{"Pets", "All of the pets", "", "Pets: All of the pets."},
		{"Dates", "When it is done", "", "Dates is when it is done."},
		{"Pet", "Pet in the store", "", "Pet in the store."},
		{"Colour", "Red or blue", "", "Colour: Red or blue."},
		{"Create", "Create a pet", "creates", "Create creates a pet."},
	} {
		if got := Sentence(c.name, c.text, c.verb); got != c.want {
			t.Errorf("Sentence(%q, %q) = %q, want %q", c.name, c.text, got, c.want)
		}
	}
	for _, w := range imperatives {
		if ThirdPerson(w) == "" {
			t.Errorf("imperatives is not sorted at %q", w)
		}
	}
}
