package load

import (
	"net/url"
	"strconv"
)

// This file is about references to the network. They are followed where
// Options.Remote allows, and from a file of the network only to others.

// remoteFile opens the file that a reference to the network names.
func (l *loader) remoteFile(home *SourceFile, name, text string) (*SourceFile, *refError) {
	quoted := "$ref " + strconv.Quote(text)
	at, err := url.Parse(name)
	if err != nil {
		return nil, &refError{code: "remote-ref", msg: quoted + " is not a URL: it is read as any value", fix: "correct the URL"}
	}
	if home.url != nil {
		at = home.url.ResolveReference(at)
	}
	at = at.JoinPath() // dot segments are resolved
	address := at.String()
	if l.opts.Remote == nil || !l.opts.Remote.Allows(address) {
		fix := "save the file next to the document and refer to it by its path"
		if at.Scheme == "https" && at.User == nil {
			fix += ", or list " + at.Scheme + "://" + at.Host + " under refs"
		}
		return nil, &refError{code: "remote-ref", msg: quoted + " is not fetched: it is read as any value", fix: fix}
	}
	if file := l.files[address]; file != nil {
		if file.missing != nil {
			return nil, unfetched(quoted, file.missing)
		}
		return file, nil
	}
	switch {
	case len(l.files) >= l.limits.Files || l.closed:
		return nil, &refError{code: "too-many-files", msg: quoted + " is left out: the document has more than " + strconv.Itoa(l.limits.Files) + " files", fix: "use fewer files"}
	case home.hops >= l.limits.Hops:
		return nil, &refError{code: "too-many-files", msg: quoted + " is left out: more than " + strconv.Itoa(l.limits.Hops) + " fetched files lead to it", fix: "save the files beside the document", fatal: true}
	}
	file := &SourceFile{Name: address, Remote: true, rel: address, path: address, url: at, hops: home.hops + 1, refs: map[string]refResult{}}
	l.files[address] = file
	if file.Data, file.missing = l.opts.Remote.Get(address); file.missing != nil {
		return nil, unfetched(quoted, file.missing)
	}
	l.plant(file)
	l.doc.Files = append(l.doc.Files, file)
	return file, nil
}

// unfetched ends the run. Without the file the output would be another, and
// nobody wants that to hang on the state of a network.
func unfetched(quoted string, err error) *refError {
	fix := "try again, or save the file next to the document and refer to it by its path"
	if pinned, ok := err.(interface{ Remedy() string }); ok {
		fix = pinned.Remedy()
	}
	return &refError{code: "remote-ref", msg: quoted + " cannot be fetched: " + err.Error(), fix: fix, fatal: true}
}
