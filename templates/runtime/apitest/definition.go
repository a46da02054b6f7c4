package apitest

import "sync"

// Definition is an API as a fake has it. It is read once, by the first server
// that needs it, and may serve any number of them.
//
// Endpoints and Resources say what the API means, as the generated client
// understands it; docwright makes both of the same model. The document is only
// there to check messages.
type Definition struct {
	Spec      string     // the OpenAPI document as JSON, without references to other files
	Exchanges string     // recorded calls, an [Exchange] as JSON on each line; may be empty
	Endpoints []Endpoint // the operations; one without an endpoint has no samples, and the store does not answer it
	Resources []Resource // the resources of JSON:API
	Example   Example    // a request to begin with

	once sync.Once
	api  *contract
	err  error
}

// read returns the definition as servers use it.
func (d *Definition) read() (*contract, error) {
	d.once.Do(func() { d.api, d.err = newContract(d) })
	return d.api, d.err
}

// Example is a request of the API to begin with: a GET with few parameters. It is
// empty if there is none.
type Example struct {
	Path   string   // as in the document
	Target string   // what is requested
	Header []string // "Name: value"
}

// Action is what an endpoint does to resources of JSON:API.
type Action string

// The actions of endpoints.
const (
	ActCreate   Action = "create"
	ActList     Action = "list"
	ActGet      Action = "get"
	ActMerge    Action = "merge"   // PATCH
	ActReplace  Action = "replace" // PUT
	ActDelete   Action = "delete"
	ActRelated  Action = "related"        // GET /articles/7/author
	ActLinkage  Action = "linkage"        // GET /articles/7/relationships/author
	ActRelink   Action = "replaceLinkage" // PATCH there
	ActAddLinks Action = "addLinkage"     // POST there
	ActUnlink   Action = "removeLinkage"  // DELETE there
)

// Endpoint is an operation as a fake answers it.
type Endpoint struct {
	Method      string
	Path        string   // as in the document
	Status      int      // of success; 0 if the document has none
	ContentType string   // of success; "" without a body
	Stream      string   // content type of a stream of values that success may be, too
	Samples     []string // bodies of success: as documented, with optional members, without them
	ErrorType   string   // content type of errors that are not in Errors
	Errors      []ErrorBody
	AnyQuery    bool // the members of an object are parameters of the query

	Action       Action // "" if the store does not answer
	Type         string // JSON:API type of the resource; of the one that has the relationship
	ID           string // parameter of the path with the resource's id; "" for collections
	Relationship string
	Parents      []Parent
	Answer       *Document // body of success; nil if it is not one of resources
	Replaces     []string  // JSON pointers into a resource: what [ActReplace] takes away before it writes
	Include      string    // how related resources are included: "" (never), "all" (always), "any" or "listed" (if the request names them)
	Page         *Paging   // nil if the list has one page
	GraphQL      *GraphQL  // nil for other calls
}

// ErrorBody is the body of an error.
type ErrorBody struct {
	Status      string // "404", "4XX" or "default"
	ContentType string
	Body        string   // a sample as JSON; "" for a JSON:API document of errors
	Text        []string // JSON pointers of members that say what is wrong
	Code        []string // JSON pointers of members that hold the status
}

// Parent is a resource that a path goes through: /orgs/{org_id}/teams.
type Parent struct {
	Key   string // its JSON:API type, or the segment before it where that is not known
	Param string
	Near  bool // it is the last one before a collection
}

// Document is a JSON:API document.
type Document struct {
	Many        bool
	Null        bool // data may be null
	Identifiers bool // data holds resource identifiers
	Types       []string
	Views       []View   // of resources that the document shows other members of than Resource says
	Sample      string   // JSON of the top-level members except data and included
	Needs       []string // which of them must be there
}

// View says what a document shows of a resource.
type View struct {
	Type          string
	Attributes    []string
	Relationships []string
	Meta          bool
}

// Resource is a type of JSON:API.
type Resource struct {
	Type          string
	ID            string   // "uuid", "integer", or "" for other strings
	Attributes    []string // that responses have
	Hidden        []string // that only requests have
	Members       []string // that are next to attributes
	Relationships []Relationship
	Meta          bool
	Self          bool     // it has a link to itself
	Defaults      string   // JSON of attributes with a default
	Created       []string // JSON pointers of the time of its creation
	Updated       []string // JSON pointers of the time of its last change
	Sample        string   // JSON of a resource
}

// Relationship is a relationship of a resource.
type Relationship struct {
	Name  string
	Types []string // that it references; nil for any
	Many  bool
}

// Paging is how a list is cut into pages.
type Paging struct {
	Style    string // "offset" counts items, "page" counts pages, "cursor" is opaque
	Position string // parameter that is moved; "" if there is none
	Size     string // parameter with the size of a page; "" if there is none
	First    int    // Position of the first page
	Default  int    // Size without the parameter; 0 if the document has none
	Most     int    // largest Size; 0 if the document has none
	Facts    []PageFact
}

// PageFact is a member of a response that says something of the page.
type PageFact struct {
	Pointer string // JSON pointer, e.g. "/meta/total"
	Fact    string // "total", "pages", "count", "limit", "offset", "number", "next", "previous", "more", "less" or "link:" and the name of a link
	Text    bool   // it is a string
	Null    bool   // it may be null
}

// GraphQL is an operation that posts a documented query.
type GraphQL struct {
	Query, Paged string
	Connection   []string // members from the response to the list: "data", "accounts", "all"
	Edges        bool     // it has edges of nodes, and not nodes
	Cursors      bool     // edges have cursors
}
