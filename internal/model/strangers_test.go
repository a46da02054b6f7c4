package model

import "testing"

// TestStrangersBody has two services write resources of one type, each by a schema of
// its own: the name belongs to the service of the type, wherever it stands.
func TestStrangersBody(t *testing.T) {
	const head = "openapi: 3.1.0\ninfo: {title: x, version: \"1\"}\npaths:\n"
	body := func(member string) string {
		return `requestBody: {required: true, content: {application/vnd.api+json: {schema: {type: object, required: [data], properties: {data: {type: object, required: [type, attributes], ` +
			`properties: {type: {type: string, enum: [profile]}, attributes: {type: object, properties: {` + member + `: {type: string}}}}}}}}}}, responses: {"204": {description: ok}}`
	}
	client := "  /client/profiles: {post: {operationId: create_client_profile, tags: [Client], " + body("email") + "}}\n"
	own := "  /profiles: {post: {operationId: create_profile, tags: [Profiles], " + body("name") + "}}\n"
	for name, c := range map[string]struct{ text, client, own string }{
		"both":        {client + own, "ClientCreateProfile", "ProfileCreate"},
		"own first":   {own + client, "ClientCreateProfile", "ProfileCreate"},
		"no own":      {client, "ProfileCreate", ""},
		"no stranger": {own, "", "ProfileCreate"},
	} {
		t.Run(name, func(t *testing.T) {
			got := map[string]string{}
			for _, s := range buildText(t, head+c.text, nil).Services {
				for _, o := range s.Operations {
					got[s.GoName] = o.Body.Type.Decl.GoName
				}
			}
			if got["Client"] != c.client || got["Profiles"] != c.own {
				t.Errorf("got %v, want Client: %s, Profiles: %s", got, c.client, c.own)
			}
		})
	}
}
