package project

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRecordedCredentials: credentials of a recorded call do not become Go.
func TestRecordedCredentials(t *testing.T) {
	const call = `recorded from staging, 2026-11-02
-- request --
POST /notes?api_key=q9Zx7Lm2&page=2 HTTP/1.1
Authorization: Bearer tok-7Gf8sK2l
Proxy-Authorization: Basic cHJveHk6c2VjcmV0
Cookie: session=c00k13-1; theme=dark
X-Api-Key: k3y-99aaBB77
Content-Type: application/json

{"text":"a note"}
-- response --
HTTP/1.1 201 Created
Set-Cookie: session=s3tc00k13; HttpOnly
Content-Type: application/json
ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"

{"id":"7"}
`
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "notes.create.txtar"), []byte(call), 0o600); err != nil {
		t.Fatal(err)
	}
	calls, diags := recordings(dir, true)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	text, err := exchangeLines(calls)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"q9Zx7Lm2", "tok-7Gf8sK2l", "cHJveHk6c2VjcmV0", "c00k13-1", "k3y-99aaBB77", "s3tc00k13", "Authorization", "Cookie"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is in the fake: %s", secret, text)
		}
	}
	var line struct {
		Request  struct{ Target string }
		Response struct{ Header map[string]string }
	}
	if err := json.Unmarshal([]byte(text), &line); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(line.Request.Target, "&page=2") || line.Response.Header["Etag"] != `"33a64df551425fcc55e4d42a148795d9f25f89d4"` {
		t.Errorf("more than credentials is gone: %s", text)
	}
}
