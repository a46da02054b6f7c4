package jsonapi_test

import (
	"time"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/jsonapi"
)

// The types of this file look as generated ones do.

type Article struct {
	ID string `jsonapi:"id,articles"`

	Title     string        `jsonapi:"attr,title"`
	Body      string        `jsonapi:"attr,body,omitzero"`
	Status    ArticleStatus `jsonapi:"attr,status,omitzero"`
	Words     int64         `jsonapi:"attr,words,omitzero"`
	Rating    float64       `jsonapi:"attr,rating,omitzero"`
	Draft     bool          `jsonapi:"attr,draft,omitzero"`
	Tags      []string      `jsonapi:"attr,tags,omitzero"`
	Subtitle  string        `jsonapi:"attr,subtitle,omitzero"`
	Published time.Time     `jsonapi:"attr,published_at,omitzero"`
	Place     Place         `jsonapi:"attr,place,omitzero"`

	Author   jsonapi.ToOne[Person]           `jsonapi:"rel,author,omitzero"`
	Comments jsonapi.ToMany[Comment]         `jsonapi:"rel,comments,omitzero"`
	Next     jsonapi.ToOne[Article]          `jsonapi:"rel,next,omitzero"`
	Owner    jsonapi.ToOne[Owner]            `jsonapi:"rel,owner,omitzero"`
	Watchers jsonapi.ToMany[Owner]           `jsonapi:"rel,watchers,omitzero"`
	Other    jsonapi.ToOne[jsonapi.Resource] `jsonapi:"rel,other,omitzero"`

	Meta  ArticleMeta   `jsonapi:"meta,omitzero"`
	Links jsonapi.Links `jsonapi:"links,omitzero"`

	api.Presence
}

func ArticleRef(id string) jsonapi.Ref[Article] { return jsonapi.NewRef[Article]("articles", id) }

func (a *Article) ResourceIdentifier() jsonapi.Ref[Article] { return ArticleRef(a.ID) }

func (a Article) MarshalJSON() ([]byte, error) { return api.Marshal(&a) }

func (a *Article) UnmarshalJSON(data []byte) error { return api.Unmarshal(data, a) }

type ArticleStatus string

type ArticleMeta struct {
	CreatedAt time.Time `json:"created_at,omitzero"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
	Views     int64     `json:"views,omitzero"`
	api.Presence
}

type Place struct {
	Town      string  `json:"town,omitzero"`
	Latitude  float64 `json:"latitude,omitzero"`
	Longitude float64 `json:"longitude,omitzero"`
	api.Presence
}

type Person struct {
	ID string `jsonapi:"id,people"`

	FirstName string `jsonapi:"attr,first_name,omitzero"`
	LastName  string `jsonapi:"attr,last_name,omitzero"`
	Email     string `jsonapi:"attr,email,omitzero"`
	Age       int64  `jsonapi:"attr,age,omitzero"`

	Articles jsonapi.ToMany[Article] `jsonapi:"rel,articles,omitzero"`
	Self     jsonapi.ToOne[Person]   `jsonapi:"rel,self,omitzero"`

	api.Presence
}

func PersonRef(id string) jsonapi.Ref[Person] { return jsonapi.NewRef[Person]("people", id) }

func (p *Person) ResourceIdentifier() jsonapi.Ref[Person] { return PersonRef(p.ID) }

func (p Person) MarshalJSON() ([]byte, error) { return api.Marshal(&p) }

func (p *Person) UnmarshalJSON(data []byte) error { return api.Unmarshal(data, p) }

type Comment struct {
	ID string `jsonapi:"id,comments"`

	Text    string    `jsonapi:"attr,text,omitzero"`
	Likes   int64     `jsonapi:"attr,likes,omitzero"`
	Created time.Time `jsonapi:"attr,created_at,omitzero"`

	Author  jsonapi.ToOne[Person]  `jsonapi:"rel,author,omitzero"`
	Article jsonapi.ToOne[Article] `jsonapi:"rel,article,omitzero"`

	api.Presence
}

func (c *Comment) ResourceIdentifier() jsonapi.Ref[Comment] {
	return jsonapi.NewRef[Comment]("comments", c.ID)
}

func (c Comment) MarshalJSON() ([]byte, error) { return api.Marshal(&c) }

func (c *Comment) UnmarshalJSON(data []byte) error { return api.Unmarshal(data, c) }

// Owner is a person or a team.
type Owner struct {
	Person    *Person `union:"people"`
	Team      *Team   `union:"teams"`
	api.Union `union:"type"`
}

func (o Owner) MarshalJSON() ([]byte, error) { return api.Marshal(&o) }

func (o *Owner) UnmarshalJSON(data []byte) error { return api.Unmarshal(data, o) }

type Team struct {
	ID   string `jsonapi:"id,teams"`
	Name string `jsonapi:"attr,name,omitzero"`
	api.Presence
}

func (t Team) MarshalJSON() ([]byte, error) { return api.Marshal(&t) }

func (t *Team) UnmarshalJSON(data []byte) error { return api.Unmarshal(data, t) }

type ArticleUpdate struct {
	_ struct{} `jsonapi:"type,articles"`

	Title    string                  `jsonapi:"attr,title"`
	Subtitle api.Opt[string]         `jsonapi:"attr,subtitle,omitzero"`
	Author   jsonapi.ToOne[Person]   `jsonapi:"rel,author,omitzero"`
	Comments jsonapi.ToMany[Comment] `jsonapi:"rel,comments,omitzero"`
}

type ListMeta struct {
	Total int64 `json:"total,omitzero"`
	api.Presence
}
