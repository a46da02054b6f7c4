package project

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/lock"
	"github.com/docwright/docwright/internal/remote"
)

// splitRefs tells the directories of refs from the places of the network.
func splitRefs(refs []string) (dirs, origins []string) {
	for _, ref := range refs {
		if strings.Contains(ref, "://") {
			origins = append(origins, ref)
		} else {
			dirs = append(dirs, ref)
		}
	}
	return dirs, origins
}

// fetcher returns what fetches the $refs of j to the network, with the pins of
// an earlier run; nil when j lists no place there.
func (p *Project) fetcher(j *job, old *lock.Lock) *remote.Fetcher {
	_, origins := splitRefs(j.client.Refs)
	if len(origins) == 0 {
		return nil
	}
	cache := ""
	if dir, err := os.UserCacheDir(); err == nil {
		cache = filepath.Join(dir, "docwright", "refs")
	}
	f, err := remote.New(remote.Options{Origins: origins, Pins: old.Remote, Update: p.UpdateRefs, Cache: cache, Transport: p.stages.Network})
	if err != nil {
		return nil // refs were checked with the config
	}
	return f
}

// checkRefs finds places of the network that cannot be meant.
func (r *resolver) checkRefs(j *job) {
	_, origins := splitRefs(j.client.Refs)
	if _, err := remote.New(remote.Options{Origins: origins}); err != nil {
		r.fail(j.client.position("refs"), "list directories, https://HOST or https://HOST/DIRECTORY", "refs: %v", err)
	}
}

// localInputs are the files of doc that stand on disk.
func localInputs(doc *load.Document) []*load.SourceFile {
	return slices.DeleteFunc(slices.Clone(doc.Files), func(f *load.SourceFile) bool { return f.Remote || f.Data == nil })
}

// loadOptions says how the document of j is loaded.
func (p *Project) loadOptions(j *job, fetcher *remote.Fetcher) load.Options {
	dirs, _ := splitRefs(j.client.Refs)
	opts := load.Options{Strict: p.Strict, Complete: p.Spec == "" && !p.Lenient && !j.client.Lenient, Overlays: j.client.Overlays, Refs: dirs, ReadFile: p.read}
	if fetcher != nil {
		opts.Remote = fetcher
	}
	return opts
}

// pins returns the hashes of what was fetched.
func pins(fetcher *remote.Fetcher) map[string]string {
	if fetcher == nil {
		return nil
	}
	return fetcher.Pins()
}
