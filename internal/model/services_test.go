package model

import "testing"

func TestVerbOrder(t *testing.T) {
	want := []string{"List", "Get", "Create", "Update", "Replace", "Delete", "Archive"}
	for i := 1; i < len(want); i++ {
		if verbRank(want[i-1]) >= verbRank(want[i]) {
			t.Errorf("%s does not stand before %s", want[i-1], want[i])
		}
	}
}
