package emit

import (
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/model"
)

// TestExtern holds that types from elsewhere are imported under names that
// collide with nothing, and grouped as goimports does.
func TestExtern(t *testing.T) {
	api := pets()
	extra := map[string]*types.Package{}
	for _, x := range []struct{ path, name, ident string }{
		{"github.com/google/uuid", "uuid", "UUID"},
		{"example.com/other/uuid", "uuid", "ID"},
		{"example.com/go-time/v2", "gotime", "Moment"},
		{"gopkg.in/guregu/null.v4", "null", "String"},
		{"net/netip", "netip", "Addr"},
		{"time", "time", "Duration"},
	} {
		api.Decls[0].Fields = append(api.Decls[0].Fields, &model.Field{Name: x.path, GoName: x.ident, In: model.InMember,
			Type: of(model.KindSlice, &model.Type{Kind: model.KindExtern, ImportPath: x.path, Ident: x.ident})})
		p := types.NewPackage(x.path, x.name)
		p.Scope().Insert(types.NewTypeName(token.NoPos, p, x.ident, types.Typ[types.String]))
		p.MarkComplete()
		extra[x.path] = p
	}
	files, err := Files(api, testOptions)
	if err != nil {
		t.Fatal(err)
	}
	typecheck(t, files, extra)
	const want = `import (
	"net/netip"
	"time"

	time2 "example.com/go-time/v2"
	"example.com/other/uuid"
	"github.com/docwright/docwright/templates/runtime/api"
	uuid2 "github.com/google/uuid"
	null "gopkg.in/guregu/null.v4"
)
`
	if got := string(files["pet.go"]); !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
