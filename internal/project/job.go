package project

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/model"
)

// A job is a client with everything about it worked out.
type job struct {
	client      *Client
	spec        string // path of the document, as given: as users see it
	source      string // path of the document as generated headers name it
	inputBase   string // absolute directory that the lock's input names start from
	mod         *module
	dir         string // output directory relative to the module root
	pkg         string
	runtimeDir  string // of the runtime's copy, relative to the module root
	runtimePath string // import path of the runtime: of runtimeDir, or of the module
	fakePath    string // import path of what fakes are made of
	imported    bool   // the runtime is a module
	keep        []string
	options     map[string]string
}

// abs returns the absolute path of a path relative to the module root.
func (j *job) abs(rel string) string { return filepath.Join(j.mod.root, filepath.FromSlash(rel)) }

// jobs reads the flags or the config file, and works out where everything is.
func (p *Project) jobs() ([]*job, []diag.Diagnostic) {
	config := &Config{Runtime: p.Runtime, Clients: []Client{{Spec: p.Spec, Out: p.Out, Package: p.Package}}}
	base := "" // what relative paths start from
	configName := ""
	if p.Spec == "" {
		var diags []diag.Diagnostic
		if config, diags = readConfig(p.readFile(), p.Config); len(diags) > 0 {
			return nil, diags
		}
		base, configName = filepath.Dir(p.Config), p.Config
	}
	p.Strict = p.Strict || config.Strict
	r := &resolver{base: base, configName: configName, read: p.readFile(), onDisk: p.read == nil}
	r.checkLint(&config.Lint)
	r.checkKeep(config)
	r.checkReview(&config.Review)
	p.linting, p.reviewing = config.Lint, config.Review
	var jobs []*job
	for i := range config.Clients {
		if j := r.resolve(&config.Clients[i], config.Runtime); j != nil {
			j.keep = config.Keep
			jobs = append(jobs, j)
		}
	}
	p.publish = r.published(config)
	r.compare(jobs)
	p.own = r.findOwn()
	if p.Spec == "" && len(config.Clients) == 0 && !(p.mayEmpty && len(p.abandoned(nil)) > 0) {
		r.fail(config.at[clientsKey], "list at least one, with its spec and its out, or delete this file", "clients is empty")
	}
	diag.Sort(r.diags)
	return jobs, r.diags
}

// resolver works out jobs.
type resolver struct {
	base       string // directory of the config file, "" for the working directory
	configName string // "" when flags took its place
	read       FileReader
	onDisk     bool // read reads the disk
	diags      []diag.Diagnostic
}

func (r *resolver) fail(pos diag.Position, fix, format string, args ...any) {
	r.diags = append(r.diags, fault(pos, "config", fix, format, args...))
}

// path returns a path of the config as seen from the working directory.
func (r *resolver) path(name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(r.base, name)
}

func (r *resolver) resolve(c *Client, runtimeDir string) *job {
	before := len(r.diags)
	j := &job{client: c, spec: r.path(c.Spec), pkg: c.Package}
	if info, err := os.Stat(j.spec); r.onDisk && (err != nil || info.IsDir()) {
		why := "there is no such file"
		if err == nil {
			why = "it is a directory"
		}
		r.fail(c.position("spec"), "name an OpenAPI document in YAML or JSON", "spec: %s: %s", filepath.ToSlash(j.spec), why)
	}
	out, err := filepath.Abs(r.path(c.Out))
	if err != nil {
		r.fail(c.position("out"), "", "out: %v", err)
		return nil
	}
	if !r.place(j, out) {
		return nil
	}
	r.nameInputs(j)
	r.namePackage(j)
	r.checkTypes(c)
	r.placeRuntime(j, out, runtimeDir)
	r.checkRefs(j)
	r.noteOptions(j)
	if len(r.diags) > before {
		return nil
	}
	return j
}

// place finds the module of the output. It is the config file's own, or one
// inside of that: a config does not write into its neighbours.
func (r *resolver) place(j *job, out string) bool {
	pos := j.client.position("out")
	shown := shownPath(out)
	var err error
	if j.mod, err = findModule(r.read, out); err != nil {
		r.fail(pos, "fix go.mod first", "out: %v", err)
		return false
	}
	if j.mod == nil {
		r.fail(pos, "run go mod init there first, or choose a directory inside a module", "out: %s is in no Go module: there is no go.mod in or above it", shown)
		return false
	}
	if r.configName != "" {
		base, err := filepath.Abs(r.base)
		if err != nil {
			r.fail(pos, "", "out: %v", err)
			return false
		}
		if own, _ := findModule(r.read, base); own != nil {
			if _, inside := own.rel(out); !inside {
				r.fail(pos, "choose a directory below "+shownPath(own.root)+", or put a gen.yaml into the other module",
					"out: %s is outside the module %s of this file", shown, own.path)
				return false
			}
		}
	}
	j.dir, _ = j.mod.rel(out)
	for name := range strings.SplitSeq(j.dir, "/") {
		if name != "." && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata") {
			r.fail(pos, "choose another directory", "out: %s cannot hold a package: Go passes over directories that are called %s", shown, name)
			return false
		}
	}
	return true
}

// nameInputs names the document so that the same bytes come out wherever gen
// is started, and wherever the module lies.
func (r *resolver) nameInputs(j *job) {
	abs, err := filepath.Abs(j.spec)
	if err != nil {
		r.fail(j.client.position("spec"), "", "spec: %v", err)
		return
	}
	j.inputBase = j.mod.root
	source, inside := j.mod.rel(abs)
	if !inside {
		j.inputBase = filepath.Dir(abs)
		source = filepath.Base(abs)
	}
	j.source = source
}

func (r *resolver) namePackage(j *job) {
	if j.pkg == "" {
		base := path.Base(j.dir)
		if j.dir == "." {
			base = path.Base(j.mod.path)
		}
		if j.pkg = packageName(base); j.pkg == "" {
			r.fail(j.client.position("out"), "say how the package is to be called with package: NAME, or --package NAME",
				"out: no package name can be made of %q", base)
		}
		return
	}
	if why := badPackage(j.pkg); why != "" {
		r.fail(j.client.position("package"), "choose a name of lower-case letters and digits", "package: %q %s", j.pkg, why)
	}
}

// checkTypes holds that formats and types name Go types.
func (r *resolver) checkTypes(c *Client) {
	for key, overrides := range map[string]map[string]string{"formats": c.Formats, "types": c.Types} {
		for _, name := range slices.Sorted(maps.Keys(overrides)) {
			if why := badType(overrides[name]); why != "" {
				r.fail(c.position(key), "name a type as import/path.Type, or one of "+strings.Join(model.PlainTypes(), ", "),
					"%s: %q %s", key, overrides[name], why)
			}
		}
	}
}

// noteOptions lists the config keys that shape the output, for the lock.
func (r *resolver) noteOptions(j *job) {
	c := j.client
	j.options = map[string]string{"package": j.pkg, "runtime": j.runtimePath}
	if version := j.mod.requires[RuntimeModule]; j.imported && version != "" {
		j.options["runtime.version"] = version
	}
	if r.configName != "" {
		if abs, err := filepath.Abs(r.configName); err == nil {
			if rel, inside := j.mod.rel(abs); inside {
				j.options["config"] = rel
			}
		}
	}
	if c.Fake {
		j.options["fake"] = "true"
	}
	lists := map[string][]string{
		"overlays": c.Overlays, "refs": c.Refs,
		"include.tags": c.Include.Tags, "include.paths": c.Include.Paths, "include.operations": c.Include.Operations,
	}
	for key, list := range lists {
		if len(list) > 0 {
			j.options[key] = strings.Join(list, " ")
		}
	}
	if c.Split {
		j.options["split"] = "true"
	}
	for key, overrides := range map[string]map[string]string{"formats": c.Formats, "types": c.Types} {
		for _, name := range slices.Sorted(maps.Keys(overrides)) {
			j.options[key+"."+name] = overrides[name]
		}
	}
	for i := range c.Overlays {
		c.Overlays[i] = r.path(c.Overlays[i])
	}
	for i, ref := range c.Refs {
		if dirs, _ := splitRefs(c.Refs[i : i+1]); len(dirs) > 0 {
			c.Refs[i] = r.path(ref)
		}
	}
}

// compare finds jobs that get in each other's way.
func (r *resolver) compare(jobs []*job) {
	seen := map[string]*job{}
	for _, j := range jobs {
		abs := j.abs(j.dir)
		if other := seen[abs]; other != nil {
			r.fail(j.client.position("out"), "give each client a directory of its own", "out: %s is the client of %s, too", shownPath(abs), filepath.ToSlash(other.spec))
		}
		seen[abs] = j
	}
}

// oldGo warns of a module whose language is older than what is generated.
func (j *job) oldGo() []diag.Diagnostic {
	var major, minor int
	if n, _ := fmt.Sscanf(j.mod.goes, "%d.%d", &major, &minor); n < 2 || major > 1 || minor >= 24 {
		return nil
	}
	return []diag.Diagnostic{{
		Pos:      diag.Position{File: shownPath(j.abs("go.mod"))},
		Severity: diag.Warning,
		Code:     "old-go",
		Message:  "the module is written in Go " + j.mod.goes + ", and what gen writes needs 1.24",
		Fix:      "run go mod edit -go=1.24",
	}}
}

// shownPath returns a path as users see it: from the working directory where
// that is not far, with slashes.
func shownPath(abs string) string {
	wd, err := os.Getwd()
	if err != nil {
		return filepath.ToSlash(abs)
	}
	rel, err := filepath.Rel(wd, abs)
	if err != nil {
		return filepath.ToSlash(abs)
	}
	return filepath.ToSlash(rel)
}
