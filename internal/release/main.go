// Command release checks that this module can be published: that its zip, served by
// a module proxy, installs a gen which knows its version and whose output compiles;
// that gen builds for the platforms of users; and that the API of the runtime is
// compatible with the last tag.
//
//	go run ./internal/release
package main

import (
	archive "archive/zip"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/exp/apidiff"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
	"golang.org/x/tools/go/packages"
)

const (
	modulePath = "github.com/docwright/docwright"
	version    = "v0.0.1-check" // that the zip gets: no tag has it
	oldestGo   = "go1.24.0"     // that the output compiles with
)

var platforms = []string{"linux/amd64", "linux/arm64", "linux/386", "linux/arm", "darwin/amd64", "darwin/arm64", "windows/amd64"}

func main() {
	log.SetFlags(0)
	if err := check(); err != nil {
		log.Fatal("release-check: ", err)
	}
}

func check() (err error) {
	dir, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer func() {
		_, cleanErr := run(dir, []string{"GOMODCACHE=" + filepath.Join(dir, "cache")}, "go", "clean", "-modcache")
		err = errors.Join(err, cleanErr, os.RemoveAll(dir))
	}()
	for _, step := range []struct {
		name string
		do   func(dir string) error
	}{
		{"zip", writeProxy}, {"install", install}, {"generate", generate}, {"platforms", buildAll}, {"api", compareAPI},
	} {
		if err := step.do(dir); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		log.Print(step.name, ": fine")
	}
	return nil
}

// run runs a command and returns what it prints.
func run(dir string, env []string, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out), err
}

// writeProxy puts the committed module into the layout of a module proxy.
func writeProxy(dir string) error {
	at := filepath.Join(dir, "proxy", filepath.FromSlash(modulePath), "@v")
	if err := os.MkdirAll(at, 0o755); err != nil {
		return err
	}
	source := filepath.Join(dir, "source") // a clone, because package zip does not read worktrees
	if _, err := run(".", nil, "git", "clone", "--quiet", ".", source); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(at, version+".zip"))
	if err != nil {
		return err
	}
	err = errors.Join(zip.CreateFromVCS(f, module.Version{Path: modulePath, Version: version}, source, "HEAD", ""), f.Close())
	if err != nil {
		return err
	}
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		return err
	}
	info := fmt.Sprintf("{\"Version\":%q,\"Time\":\"2006-01-02T15:04:05Z\"}\n", version)
	for name, data := range map[string]string{version + ".mod": string(mod), version + ".info": info, "list": version + "\n"} {
		if err := os.WriteFile(filepath.Join(at, name), []byte(data), 0o644); err != nil {
			return err
		}
	}
	made, err := archive.OpenReader(filepath.Join(at, version+".zip"))
	if err != nil {
		return err
	}
	defer made.Close() //nolint:errcheck // it was read
	licence := modulePath + "@" + version + "/LICENSE"
	for _, file := range made.File {
		if file.Name == licence {
			return nil
		}
	}
	return fmt.Errorf("the zip has no %s", licence)
}

// proxied is the environment of somebody who has nothing in a cache: modules come
// from the layout, and others from the cache of this machine or the network.
func proxied(dir string) ([]string, error) {
	cache, err := run(".", nil, "go", "env", "GOMODCACHE")
	if err != nil {
		return nil, err
	}
	return []string{
		"GOPROXY=file://" + filepath.Join(dir, "proxy") + ",file://" + filepath.Join(strings.TrimSpace(cache), "cache", "download") + ",https://proxy.golang.org",
		"GOMODCACHE=" + filepath.Join(dir, "cache"), "GOBIN=" + filepath.Join(dir, "bin"), "GONOSUMDB=" + modulePath, "GOFLAGS=-mod=mod", "GOWORK=off",
	}, nil
}

// install installs gen as README says, and looks at its version.
func install(dir string) error {
	env, err := proxied(dir)
	if err != nil {
		return err
	}
	if _, err := run(dir, env, "go", "install", modulePath+"/cmd/gen@"+version); err != nil {
		return err
	}
	out, err := run(dir, nil, filepath.Join(dir, "bin", "gen"), "version")
	if err == nil && !strings.HasPrefix(out, "gen "+version+",") {
		err = fmt.Errorf("gen version prints %s", out)
	}
	return err
}

// generate makes a client with the installed gen, and compiles it with the oldest Go
// that the output is for.
func generate(dir string) error {
	app := filepath.Join(dir, "app")
	if err := os.Mkdir(app, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(app, "go.mod"), []byte("module example.com/app\n\ngo 1.24\n"), 0o644); err != nil {
		return err
	}
	if _, err := run(app, nil, filepath.Join(dir, "bin", "gen"), "init"); err != nil {
		return err
	}
	locks, err := filepath.Glob(filepath.Join(app, "clients", "*", "gen.lock"))
	if err != nil {
		return err
	}
	if len(locks) != 2 { // of the client and of the runtime
		return fmt.Errorf("%d files gen.lock, want 2", len(locks))
	}
	for _, name := range locks {
		lock, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !strings.Contains(string(lock), "\ngenerator "+version+"\n") {
			return fmt.Errorf("%s does not name %s:\n%s", name, version, lock)
		}
	}
	named, err := os.ReadFile(filepath.Join(app, "clients", "api", "version.go")) // for User-Agent
	if err == nil && !strings.Contains(string(named), "const version = "+strconv.Quote(version)+"\n") {
		err = fmt.Errorf("the runtime does not name %s:\n%s", version, named)
	}
	if err != nil {
		return err
	}
	_, err = run(app, []string{"GOTOOLCHAIN=" + oldestGo, "GOFLAGS=", "GOWORK=off"}, "go", "vet", "./...")
	return err
}

// buildAll builds gen for each platform.
func buildAll(dir string) error {
	for _, platform := range platforms {
		system, arch, _ := strings.Cut(platform, "/")
		if _, err := run(".", []string{"GOOS=" + system, "GOARCH=" + arch, "CGO_ENABLED=0"}, "go", "build", "-o", filepath.Join(dir, "gen"), "./cmd/gen"); err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
	}
	return nil
}

// compareAPI compares the exported API of the runtime with the last tag's, if there
// is a tag.
func compareAPI(dir string) error {
	tag, err := run(".", nil, "git", "describe", "--tags", "--abbrev=0", "--match", "v*")
	if err != nil {
		log.Print("api: there is no tag to compare with")
		return nil
	}
	tag = strings.TrimSpace(tag)
	old := filepath.Join(dir, "tag")
	if _, err := run(".", nil, "git", "worktree", "add", "--detach", old, tag); err != nil {
		return err
	}
	defer run(".", nil, "git", "worktree", "remove", "--force", old) //nolint:errcheck // it is in a directory that is removed
	for _, pkg := range []string{"api", "jsonapi", "graphql", "apitest"} {
		pattern := "./templates/runtime/" + pkg
		before, err := load(old, pattern)
		if err != nil {
			return err
		}
		after, err := load(".", pattern)
		if err != nil {
			return err
		}
		for _, change := range apidiff.Changes(before.Types, after.Types).Changes {
			if !change.Compatible && !strings.HasPrefix(tag, "v0.") {
				return fmt.Errorf("package %s since %s: %s", pkg, tag, change.Message)
			}
			log.Printf("api: package %s since %s: %s", pkg, tag, change.Message)
		}
	}
	return nil
}

func load(dir, pattern string) (*packages.Package, error) {
	loaded, err := packages.Load(&packages.Config{Dir: dir, Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedSyntax | packages.NeedTypesInfo}, pattern)
	if err != nil {
		return nil, err
	}
	if len(loaded) != 1 || len(loaded[0].Errors) > 0 {
		return nil, fmt.Errorf("%s cannot be loaded", pattern)
	}
	return loaded[0], nil
}
