package diag

import "testing"

// TestFingerprints holds that a finding keeps its fingerprint when lines move,
// and that the next one of the same words has another.
func TestFingerprints(t *testing.T) {
	a := fingerprint("DW032", "x.yaml", "schema B has the shape of A at x.yaml:17:5")
	if b := fingerprint("DW032", "x.yaml", "schema B has the shape of A at x.yaml:99:5"); a != b {
		t.Errorf("%s became %s", a, b)
	}
	if b := fingerprint("DW032", "x.yaml", "schema C has the shape of A at x.yaml:17:5"); a == b {
		t.Error("two findings have one fingerprint")
	}
}
