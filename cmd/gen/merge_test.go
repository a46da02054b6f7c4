package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mergesOfLocks are edits of one document on two branches: old and new text of each.
// Both branches together are another edit of the document, which git merges.
var mergesOfLocks = []struct {
	name     string
	one, two []string
	names    string // of the merged client, in this order
}{
	{
		"a schema each",
		[]string{"    Pet:\n", "    Ant: {type: object, properties: {legs: {type: integer}}}\n    Pet:\n"},
		[]string{"    Zebra:", "    Yak: {type: object, properties: {horns: {type: integer}}}\n    Zebra:"}, "Pet.ID",
	},
	{
		"an enum each, of a parameter and of a member",
		[]string{"    get:\n      operationId: pets.get\n", "    parameters: [{name: mood, in: query, schema: {type: string, enum: [calm, wild]}}]\n    get:\n      operationId: pets.get\n"},
		[]string{"name: {type: string}}", "name: {type: string}, coat: {type: string, enum: [calm, wild]}}"}, "PetMoodCalm PetCoatCalm Pet.Coat",
	},
	{
		"one name for two enums, of which one gets another",
		[]string{"    get:\n      operationId: pets.get\n", "    parameters: [{name: mood, in: query, schema: {type: string, enum: [calm, wild]}}]\n    get:\n      operationId: pets.get\n"},
		[]string{"name: {type: string}}", "name: {type: string}, mood: {type: string, enum: [shy, bold]}}"}, "PetMood Pet.Mood",
	},
	{
		"a path, which a service gets, and a member less",
		[]string{"components:\n", "  /herds:\n    get: {operationId: herds.list, responses: {\"200\": {description: Herds., content: {application/json: {schema: {type: array, items: {$ref: \"#/components/schemas/Zebra\"}}}}}}}\ncomponents:\n"},
		[]string{"properties: {id: {type: integer}, name: {type: string}}", "properties: {id: {type: integer}}", "required: [id, name]", "required: [id]"}, "HerdsService.List Pet.ID",
	},
	{
		"a name that the document no longer gives, and a required member that is none",
		[]string{"operationId: pets.get", "operationId: pets.fetch"},
		[]string{"required: [id, name]", "required: [id]"}, "PetsService.Get Pet.Name",
	},
	{
		"the same schema",
		[]string{"    Pet:\n", "    Ant: {type: object, properties: {legs: {type: integer}}}\n    Pet:\n"},
		[]string{"    Pet:\n", "    Ant: {type: object, properties: {legs: {type: integer}}}\n    Pet:\n"}, "Pet.ID",
	},
}

// TestLocksMerge has two branches change one document, and merges them in both
// directions: git reports no conflict in gen.lock, the next run is content with what
// it finds, and no name of either branch is another one.
func TestLocksMerge(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	for _, m := range mergesOfLocks {
		for _, into := range []string{"one", "two"} {
			t.Run(m.name+" into "+into, func(t *testing.T) {
				r := &repository{t}
				inModule(t, petsSpec+"    Zebra: {type: object, properties: {stripes: {type: integer}}}\n")
				r.git("init", "-q")
				r.generate()
				r.commit("first")
				r.branch("one", m.one)
				r.branch("two", m.two)
				other := map[string]string{"one": "two", "two": "one"}[into]
				r.git("checkout", "-q", into)
				r.git("merge", "-q", "--no-edit", other)
				data, err := os.ReadFile("clients/pets/gen.lock")
				if err != nil || strings.Contains(string(data), "<<<<") {
					t.Fatalf("gen.lock: %v\n%s", err, data)
				}
				r.generate()
				if code := runWith(testStages(), []string{"check", "--spec", "pets.yaml", "--out", "clients/pets"}, io.Discard, os.Stderr); code != exitOK {
					t.Errorf("gen check: exit %d", code)
				}
				text := generatedText(t, "clients/pets")
				for name := range strings.FieldsSeq(m.names) {
					if owner, member, _ := strings.Cut(name, "."); !strings.Contains(text, owner) || !strings.Contains(text, member) {
						t.Errorf("%s is not in the client", name)
					}
				}
			})
		}
	}
}

// repository is a repository with a client, in the current directory.
type repository struct{ *testing.T }

func (r *repository) generate() {
	r.Helper()
	if code := runWith(testStages(), []string{"--spec", "pets.yaml", "--out", "clients/pets"}, io.Discard, os.Stderr); code != exitOK {
		r.Fatalf("gen: exit %d", code)
	}
}

func (r *repository) git(args ...string) {
	r.Helper()
	args = append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"}, args...)
	if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
		r.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func (r *repository) commit(message string) {
	r.Helper()
	r.git("add", "-A")
	r.git("commit", "-qm", message)
}

// branch makes a branch of the first commit with an edit.
func (r *repository) branch(name string, edit []string) {
	r.Helper()
	r.git("checkout", "-q", "-b", name, "main")
	for i := 0; i < len(edit); i += 2 {
		replaceText(r.T, "pets.yaml", edit[i], edit[i+1])
	}
	r.generate()
	r.commit(name)
}

func generatedText(t *testing.T, dir string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	must(t, err)
	text := ""
	for _, name := range names {
		data, err := os.ReadFile(name)
		must(t, err)
		text += string(data)
	}
	return text
}
