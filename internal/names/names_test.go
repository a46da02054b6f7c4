package names

import (
	"go/token"
	"strings"
	"testing"
)

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
		{"\u2028", ""},
		{"func", "Func"},
		{"A\n//go:embed x", "AGoEmbedX"},
	} {
		if got := Exported(c.in); got != c.want {
			t.Errorf("Exported(%q) = %q, want %q", c.in, got, c.want)
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
		if got := Unexported(c.in); got != c.want {
			t.Errorf("Unexported(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestGiven(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"AcmeId", "AcmeId"},
		{"acme_id", "AcmeID"},
		{"Acme id", "AcmeID"},
		{"", ""},
		{strings.Repeat("A", maxName+1), "A" + strings.Repeat("a", maxName)},
	} {
		if got := Given(c.in); got != c.want {
			t.Errorf("Given(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestSpelled(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"foo_bar", "Foo_bar"},
		{"foo-bar", "Foo_bar"},
		{"_1", "N1"},
		{"", "N"},
		{"é", "E"},
		{strings.Repeat("x", maxName+1), "X" + strings.Repeat("x", maxName-1)},
	} {
		if got := Spelled(c.in); got != c.want {
			t.Errorf("Spelled(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestSnakeAndPackage(t *testing.T) {
	for _, c := range []struct{ in, snake, pkg string }{
		{"CustomerAccount", "customer_account", "customeraccount"},
		{"APIKey", "api_key", "apikey"},
		{"V1_2", "v1_2", "v12"},
		{"", "types", ""},
	} {
		if got := Snake(c.in); got != c.snake {
			t.Errorf("Snake(%q) = %q, want %q", c.in, got, c.snake)
		}
		if got := Package(c.in); got != c.pkg {
			t.Errorf("Package(%q) = %q, want %q", c.in, got, c.pkg)
		}
	}
}

func TestLowerFirst(t *testing.T) {
	for _, c := range []struct{ in, want string }{{"Contact", "contact"}, {"URL", "url"}, {"URLMapping", "urlMapping"}, {"", ""}} {
		if got := LowerFirst(c.in); got != c.want {
			t.Errorf("LowerFirst(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestIsExported(t *testing.T) {
	for name, want := range map[string]bool{"Contact": true, "Foo_bar": true, "contact": false, "": false, "A b": false, "Ä": false, "A\n": false} {
		if got := IsExported(name); got != want {
			t.Errorf("IsExported(%q) = %t", name, got)
		}
	}
}

// TestNamesAreIdentifiers checks that nothing but an identifier comes out,
// whatever goes in.
func TestNamesAreIdentifiers(t *testing.T) {
	for _, in := range []string{"", "func", "a\n//go:embed x", "\u202e", "1", "+", "日本", "*/", "`", "ctx", strings.Repeat("ab ", 200)} {
		if got := Exported(in); got != "" && (!token.IsIdentifier(got) || !token.IsExported(got)) {
			t.Errorf("Exported(%q) = %q", in, got)
		}
		if got := Unexported(in); !token.IsIdentifier(got) || token.IsExported(got) || Reserved(got) {
			t.Errorf("Unexported(%q) = %q", in, got)
		}
		if got := Spelled(in); !token.IsIdentifier(got) || !token.IsExported(got) {
			t.Errorf("Spelled(%q) = %q", in, got)
		}
	}
}
