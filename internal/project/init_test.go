package project

import "testing"

func TestTitleName(t *testing.T) {
	for title, want := range map[string]string{
		"GitHub's official OpenAPI spec + Octokit extension": "GitHub",
		"GitHub v3 REST API": "GitHub",
		"Stripe API":         "Stripe",
		"The Corner Shop":    "CornerShop",
		"Ctrl Hub API":       "CtrlHub",
		"Shop (beta)":        "Shop",
		"Payments: Checkout": "Payments",
		"one two three four": "onetwothree",
		"REST API":           "",
		"":                   "",
	} {
		if got := titleName(title); got != want {
			t.Errorf("%q: got %q, want %q", title, got, want)
		}
	}
}
