package emit

import (
	"strings"
	"testing"
)

func TestFileNames(t *testing.T) {
	long := strings.Repeat("very_long_name_", 20)
	for _, c := range []struct{ in, want string }{
		{"contact", "contact.go"},
		{"customer_account", "customer_account.go"},
		{"doc", "doc_types.go"},
		{"client", "client_types.go"},
		{"pet_test", "pet_test_types.go"},
		{"pet_linux", "pet_linux_types.go"},
		{"pet_windows_amd64", "pet_windows_amd64_types.go"},
		{"linux", "linux.go"},
		{"test", "test.go"},
		{"con", "con_types.go"},
		{"LPT1", "lpt1_types.go"},
		{"_hidden", "hidden.go"},
		{".hidden", "hidden.go"},
		{"../../etc/passwd", "etc_passwd.go"},
		{"a\x00b\\c:d", "a_b_c_d.go"},
		{"", "types.go"},
		{"名前", "types.go"},
		{long, "very_long_name_very_long_name_very_long_name_very_long_name_very_long_name_very_long_name_very_eb05bced.go"},
	} {
		got := newFileNames("doc", "client").next(c.in, "types")
		if got != c.want {
			t.Errorf("%q becomes %s, want %s", c.in, got, c.want)
		}
	}
}

// TestFileNamesDiffer holds that no two files are one, on any file system, and
// that a file keeps its name whatever others come.
func TestFileNamesDiffer(t *testing.T) {
	names := newFileNames("doc", "client")
	seen := map[string]bool{"doc.go": true, "client.go": true}
	for _, in := range []string{"Pet", "pet", "PET", "pet_", "doc", "DOC", "doc_types", "x/y", "x_y", "x.y"} {
		got := names.next(in, "types")
		if seen[strings.ToLower(got)] {
			t.Errorf("%q: %s is taken", in, got)
		}
		seen[strings.ToLower(got)] = true
	}
}
