package draft

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/draft/read"
)

// specOf chooses the document to change: the named one, else the only one of
// gen.yaml that has the server of the calls, else openapi.yaml here.
func specOf(opts Options, calls []*read.Call) (string, error) {
	if opts.Spec != "" {
		return opts.Spec, nil
	}
	specs := configured(opts.Config)
	if len(specs) == 0 {
		return "openapi.yaml", nil
	}
	hosts := map[string]bool{}
	for _, c := range calls {
		if u, err := url.Parse(c.Server); err == nil && u.Host != "" {
			hosts[u.Host] = true
		}
	}
	var fit []string
	for _, spec := range specs {
		for _, host := range serverHosts(spec) {
			if hosts[host] {
				fit = append(fit, spec)
				break
			}
		}
	}
	switch {
	case len(fit) == 1:
		return fit[0], nil
	case len(fit) == 0 && len(specs) == 1 && len(hosts) == 0:
		return specs[0], nil
	}
	return "", fmt.Errorf("no single spec of %s has the server of these calls: name the document with --spec (%s, or a new file)", filepath.ToSlash(opts.Config), strings.Join(specs, ", "))
}

// configured lists the specs that gen.yaml names.
func configured(config string) []string {
	data, err := os.ReadFile(config)
	if err != nil {
		return nil
	}
	var c struct {
		Clients []struct {
			Spec string `yaml:"spec"`
		} `yaml:"clients"`
	}
	if yaml.Unmarshal(data, &c) != nil {
		return nil
	}
	var out []string
	for _, client := range c.Clients {
		if client.Spec != "" {
			out = append(out, filepath.ToSlash(filepath.Join(filepath.Dir(config), client.Spec)))
		}
	}
	return out
}

func serverHosts(spec string) []string {
	data, err := os.ReadFile(spec)
	if err != nil {
		return nil
	}
	var d struct {
		Servers []struct {
			URL string `yaml:"url"`
		} `yaml:"servers"`
	}
	if yaml.Unmarshal(data, &d) != nil {
		return nil
	}
	var out []string
	for _, s := range d.Servers {
		if u, err := url.Parse(s.URL); err == nil {
			out = append(out, u.Host)
		}
	}
	return out
}
