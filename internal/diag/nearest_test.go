package diag

import "testing"

func TestNearest(t *testing.T) {
	known := []string{"spec", "out", "package", "overlays", "include"}
	for word, want := range map[string]string{
		"specs": "spec", "pakage": "package", "Spec": "spec", "overlay": "overlays", "includes": "include", "xyz": "", "": "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
