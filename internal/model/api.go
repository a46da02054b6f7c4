// Package model decides what the Go client of an API looks like: which types
// there are, what they and their members are called, which services hold which
// operations, and what of it is JSON:API. It reads the positioned tree of
// package load and holds no Go source text; package emit spells its result.
package model

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
)

// API is one client package.
type API struct {
	Package  string         // Go package name, e.g. "ctrlhub"
	Title    string         // the document's title, e.g. "Ctrl Hub API"
	Doc      Doc            // the package comment
	Source   string         // the document's path as the generated header names it, e.g. "spec/ctrlhub/openapi.yaml"
	Servers  []Server       // in document order; the first is the default
	Schemes  []Scheme       // security schemes that some operation uses, in document order
	Security Security       // what a call needs unless its operation says otherwise; nil when nothing is declared
	Errors   []Status       // error bodies that every operation shares; an operation lists only its own
	Headers  []ClientHeader // header parameters that every operation has: set once, on the client
	Services []*Service     // sorted by GoName
	Webhooks []Webhook      // requests that the API makes: webhooks first, then callbacks
	Decls    []*Decl        // every declared type, in output order (by File, then as they belong together)
	JSONAPI  bool           // some operation speaks JSON:API
	Split    bool           // services have packages of their own; Package holds the client and what they share
	Fake     *Fake          // what a fake of the API knows; nil unless Options asked for it

	Names       map[string]string // what the document declares → Go name, for gen.lock: see lockKey
	Held        map[string]string // key as in Names → "pointer", of types that fields hold so, and "*" → "value", for gen.lock
	Report      Report
	Diagnostics []load.Diagnostic
}

// Report counts what a reader of the run wants to know.
type Report struct {
	Operations int `json:"operations"`
	Types      int `json:"types"`
	Schemas    int `json:"schemas"`   // schemas that were turned into Go types
	Fallbacks  int `json:"fallbacks"` // schemas that say more than the Go type that stands for them
	Repairs    int `json:"repairs"`   // illegal places that were read in a sensible way
	Renames    int `json:"renames"`   // names changed to be told apart

	Percent float64  `json:"fallback_percent"` // of schemas
	Names   Names    `json:"exported_names"`
	Renamed []Rename `json:"renamed,omitempty"`
}

// Rename is a name that was changed because it was taken.
type Rename struct {
	At     string `json:"at"` // file:line:col
	Wanted string `json:"wanted"`
	Name   string `json:"name"`
}

// Doc is a comment made of plain text. Its first paragraph starts with the Go
// name of what it documents.
type Doc struct {
	Text       string // paragraphs separated by blank lines; lines that start with a tab are preformatted
	Deprecated string // why, and what replaces it; "" when not deprecated
	Markdown   string // the document's description, whole, for pages; "" where Text is all there is
}

// Server is an address that the document lists.
type Server struct {
	Name      string // Go name of its constant, e.g. "ServerStaging"; "DefaultServer" for the first
	URL       string // as documented, e.g. "https://{tenant}.example.com"; "" when the document has none
	TokenURL  string // of x-token-url: where client credentials of this server fetch tokens; "" when not said
	Doc       Doc
	Variables []ServerVariable
}

// ServerVariable is a {name} in a server's URL.
type ServerVariable struct {
	Name      string
	GoName    string
	Default   string
	NoDefault bool // which "" is not: it is a value
	Enum      []string
	Doc       Doc
}

// SchemeKind tells how a security scheme's credential travels.
type SchemeKind uint8

// The kinds of security scheme.
const (
	SchemeHeaderKey         SchemeKind = iota + 1 // apiKey in header
	SchemeQueryKey                                // apiKey in query
	SchemeCookieKey                               // apiKey in cookie
	SchemeBasic                                   // http basic
	SchemeBearer                                  // http bearer
	SchemeToken                                   // OAuth2 or OpenID Connect with a token the user brings
	SchemeClientCredentials                       // OAuth2 client credentials flow
	SchemeMutualTLS                               // the transport's business: nothing to send
	SchemeCustom                                  // another http scheme: Authorization: <Param> <credential>
)

// Scheme is a security scheme, and the option that sets its credential.
type Scheme struct {
	Name     string // as in components.securitySchemes, e.g. "sessionToken"
	GoName   string // option's suffix, e.g. "SessionToken" for WithSessionToken
	Kind     SchemeKind
	Param    string // header, query or cookie name; or the http scheme's name
	TokenURL string // client credentials
	Scopes   []string
	Doc      Doc
}

// Security lists alternatives; each is a set of scheme names that go together.
// An empty, non-nil Security sends no credential.
type Security [][]string

// ClientHeader is a header that every request carries, such as the version of
// the API that the client was made for.
type ClientHeader struct {
	Name    string // e.g. "revision"
	GoName  string // option's suffix, e.g. "Revision" for WithRevision
	Default string // sent unless the option says otherwise
	Doc     Doc
}

// Service groups operations.
type Service struct {
	Name       string // e.g. "customerAccounts"
	GoName     string // e.g. "CustomerAccounts"
	Package    string // name and directory of its own package, e.g. "customeraccounts"; "" in the client's
	File       string // output file without ".go", e.g. "customer_accounts_service"
	Doc        Doc
	singular   string       // resource word, e.g. "CustomerAccount"
	Operations []*Operation // documented order: list, get, create, update, delete, then the rest
}

// TypeName is the Go name of the service's type, e.g. "CustomerAccountsService",
// or "Service" in a package of its own.
func (s *Service) TypeName() string {
	if s.Package != "" {
		return "Service"
	}
	return s.GoName + "Service"
}

// Field is the service's field of Client: its name, unless a method has that.
func (s *Service) Field() string {
	switch s.GoName {
	case "With", "Call", "API":
		return s.GoName + "Service"
	}
	return s.GoName
}

// Operation is one method of a service.
type Operation struct {
	ID       string // operationId, or "METHOD /path" where there is none
	GoName   string // e.g. "Create"
	Method   string // HTTP method, e.g. "POST"
	Path     string // template with RFC 6570 operators, e.g. "/v3/orgs/{org_id}"
	Server   string // URL that replaces the client's server; "" almost always
	Doc      Doc
	Args     []*Arg   // path parameters in template order
	Options  *Decl    // struct of query, header and cookie parameters, and of a body that may be left out; nil when there are none
	Body     *Body    // nil when no body is declared
	Accept   string   // Accept header; "" when nothing is returned
	Result   Result   // what success returns
	Header   *Decl    // struct that the header of a success decodes into; nil when none is declared
	Errors   []Status // declared error bodies
	Answers  []Answer // every documented response, with or without a body, by status
	Security Security // nil: as API.Security
	GraphQL  *GraphQL // the query that is sent; nil for other calls. Options holds its variables then, and Body is nil
	Page     *Page    // how to read on; nil when it is no list
	Stream   *Stream  // the same call for a stream of values; nil where the document has none, or nothing else
	Pos      load.Position

	Unlocked string // the GoName that gen.lock keeps it from having; "" if it has that
}

// Stream is the second method of an operation that documents JSON and a stream of
// values.
type Stream struct {
	GoName string // e.g. "CreateStream"
	Accept string // e.g. "text/event-stream"
	Result Result
}

// Streaming is the operation as its second method calls it; nil without one.
func (o *Operation) Streaming() *Operation {
	if o.Stream == nil {
		return nil
	}
	out := *o
	out.GoName, out.Accept, out.Result = o.Stream.GoName, o.Stream.Accept, o.Stream.Result
	out.Page, out.Stream = nil, nil
	out.Doc = Doc{
		Text:       out.GoName + " is " + o.GoName + " with a response of type " + out.Accept + ". It makes the call when its result is iterated over. An error ends the iteration.",
		Deprecated: o.Doc.Deprecated,
	}
	return &out
}

// Sample is a recorded request of an operation.
type Sample struct {
	Query  url.Values
	Header http.Header
	Body   []byte // as it was sent; nil when there was none, or none was seen
}

// ParamsVar is the parameter of a method that Options stands for.
const ParamsVar = "params"

// NeedsParams reports whether a call cannot do without Options: one of the
// parameters is required.
func (o *Operation) NeedsParams() bool {
	return o.Options != nil && slices.ContainsFunc(o.Options.Fields, func(f *Field) bool { return !f.OmitZero && !f.Held && f.GoName != "_" })
}

// BodyVar spells what holds the body of a method: an argument, the parameters or
// a field of them; and its type, nil where that is not one of the document's.
func (o *Operation) BodyVar() (name string, t *Type) {
	switch {
	case o.Body.Use != BodyInParams:
		return o.Body.GoName, o.Body.Type
	case o.Body.Type != nil:
		return ParamsVar + ".Body", o.Body.Type
	}
	return ParamsVar, &Type{Kind: KindNamed, Decl: o.Options}
}

// GraphQL is a documented query.
type GraphQL struct {
	Const string   // name of the constant that holds Text, e.g. "accountsListQuery"
	Text  string   // the query as documented
	Paged string   // the same with $first, $after and pageInfo; "" when the list has one page
	Path  []string // members from data to the connection, e.g. "accounts", "all"
}

// Arg is a positional parameter of a method.
type Arg struct {
	Name   string // wire name, e.g. "org_id"
	GoName string // e.g. "orgID"
	Type   *Type
	Doc    Doc

	Constraints *Constraints // nil if there are none
}

// FieldName is the name of a field that holds the parameter, e.g. "OrgID".
func (a *Arg) FieldName() string { return names.Exported(a.GoName) }

// BodyKind tells how a request body is made.
type BodyKind uint8

// The kinds of request body.
const (
	BodyJSON       BodyKind = iota + 1
	BodyResource            // JSON:API: jsonapi.Data around a write type
	BodyForm                // application/x-www-form-urlencoded from a struct
	BodyMultipart           // multipart/form-data from a struct
	BodyLinkage             // JSON:API relationship document: jsonapi.Linkage around a ToOne or ToMany
	BodyText                // a string
	BodyStream              // an io.Reader
	BodyOperations          // JSON:API atomic operations: *jsonapi.Operations
)

// BodyUse tells how a caller passes a request body.
type BodyUse uint8

// The uses of a request body.
const (
	BodyAlways   BodyUse = iota // an argument that is sent as it is
	BodyPointer                 // a pointer that may be nil: a zero value of the struct may be meant
	BodyNonZero                 // an argument that is sent unless it is its type's zero value
	BodyInParams                // Options holds it: its members, or a field Body
)

// Body is a request body.
type Body struct {
	Kind        BodyKind
	ContentType string
	GoName      string // parameter name, e.g. "contact"; "" for BodyInParams
	Type        *Type  // BodyJSON: any type; BodyResource, BodyForm, BodyMultipart: a struct; nil for others, and where Options holds the members
	Use         BodyUse
	ID          string // BodyResource: GoName of the Arg that is data.id; "" when the resource is new
	Many        bool   // BodyResource: data is an array of Type
	Clear       string // BodyLinkage: method that sends null instead, e.g. "ClearFolder"; "" when the target may not be null
}

// ResultKind tells what a method returns beside its error.
type ResultKind uint8

// The kinds of result.
const (
	ResultNone       ResultKind = iota // error only
	ResultPointer                      // *T from JSON
	ResultValue                        // T from JSON: slices, maps, scalars
	ResultText                         // string
	ResultStream                       // io.ReadCloser
	ResultEvents                       // server-sent events of T
	ResultByStatus                     // *T, a struct with one field per status
	ResultResource                     // JSON:API: *T out of data
	ResultPage                         // JSON:API: a page of T with Meta
	ResultConnection                   // GraphQL: a page of T
	ResultOperations                   // JSON:API: *jsonapi.Results of atomic operations
	ResultResponse                     // *api.Response: of a GET whose content the document does not describe
	ResultSequence                     // values of T: JSON Lines, JSON text sequences
	ResultItems                        // values of T, each a whole server-sent event
)

// Result is what success returns.
type Result struct {
	Kind ResultKind
	Type *Type // nil for None, Text, Stream, Response
	Meta *Type // ResultPage, ResultResource: type of the document's meta; nil when none is declared

	MetaHeld bool // ResultPage: pages have a jsonapi.Meta, as before Meta was declared; gen.lock says so
}

// Status is one documented status with its body.
type Status struct {
	Code string // "404", "4XX" or "default"
	Type *Type
}

// Answer is what the document says of a response.
type Answer struct {
	Code string // "200", "4XX" or "default"
	Doc  Doc
}

// Page says how a list goes on.
type Page struct {
	Strategy string // "links" (JSON:API), "offset", "page", "cursor", "token"
	All      string // Go name of the method over items, e.g. "All"
	Pages    string // Go name of the method over pages, e.g. "Pages"

	// For strategies other than links: option fields and JSON pointers, as x-pagination declares them.
	Items []*Field // path of fields from the result to the items, e.g. Data
	Param string   // query parameter that is moved, e.g. "offset"
	Limit string   // query parameter with the page size
	Next  string   // JSON pointer of the next value; "" where it is computed
	More  string   // JSON pointer of a boolean: whether there are more pages; "" when unknown
	Total string   // JSON pointer of the total; "" when unknown
	Count string   // JSON pointer of the number of pages; "" when unknown
	Start string   // value of Param that asks for the first page; "" when it is the usual one

	items      string // JSON pointer of the items
	recognized bool   // by what the response says, and not by x-pagination
}

// Kind is the kind of a Type.
type Kind uint8

// The kinds of Type.
const (
	KindString Kind = iota + 1
	KindBool
	KindInt // as Bits says: Int32 and Int64 of OpenAPI, else int64
	KindFloat
	KindNumber  // json.Number: exact
	KindTime    // time.Time
	KindDate    // api.Date
	KindBytes   // []byte, base64 on the wire
	KindAny     // any
	KindRaw     // json.RawMessage
	KindReader  // io.Reader (multipart files: api.File)
	KindSlice   // []Elem
	KindMap     // map[string]Elem
	KindPointer // *Elem
	KindOpt     // api.Opt[Elem]
	KindNamed   // Decl
	KindToOne   // jsonapi.ToOne[Elem]
	KindToMany  // jsonapi.ToMany[Elem]
	KindLinks   // jsonapi.Links
	KindExtern  // ImportPath.Ident, from a formats: or types: override
	KindStruct0 // struct{}: a member whose value is constant
	KindTarget  // jsonapi.Resource: a relationship may lead to resources of any type

	KindIdentifier // jsonapi.Identifier[Elem]: what the URL of a relationship returns
)

// Type is a Go type expression.
type Type struct {
	Kind Kind
	Bits int   // KindInt, KindFloat: 32 or 64; 0 means 64
	Text bool  // KindInt: in JSON it is a string that holds the number
	Elem *Type // Slice, Map, Pointer, Opt, ToOne, ToMany, Identifier
	Decl *Decl // Named

	ImportPath string // Extern, e.g. "github.com/google/uuid"
	Ident      string // Extern, e.g. "UUID"
}

// DeclKind is the kind of a Decl.
type DeclKind uint8

// The kinds of declaration.
const (
	DeclStruct  DeclKind = iota + 1
	DeclEnum             // Underlying string, int or float with named constants; open
	DeclUnion            // one pointer field per variant and api.Union
	DeclDefined          // type GoName Underlying (a named slice, map or scalar)
)

// Role says which way the values of a struct travel.
type Role uint8

// The roles of a declaration.
const (
	RoleRead    Role = iota + 1 // held by responses: api.Presence, MarshalJSON, UnmarshalJSON
	RoleWrite                   // sent in requests
	RoleOptions                 // parameters of one method
	RoleShared                  // enums and defined scalars: both ways
	RoleStatus                  // ResultByStatus
	RoleHeader                  // headers of a response

	// Request bodies have these while they are converted, and RoleWrite after that.
	roleUpload      // multipart, whose binary members are files
	rolePatch       // of PATCH: no member has to be sent
	rolePatchUpload // both
)

// Decl is a declared Go type.
type Decl struct {
	GoName     string // e.g. "Contact"
	Package    string // as its service's: "" in the client's package
	File       string // output file without ".go", e.g. "contact"
	Kind       DeclKind
	Role       Role
	Doc        Doc
	Fields     []*Field // struct members, union variants
	Values     []*Value // enum constants
	Underlying *Type    // DeclEnum, DeclDefined
	Resource   string   // JSON:API type of a resource's read or write struct, e.g. "contacts"; "" otherwise
	Inferred   bool     // read resource: no schema says its type as a constant
	Codec      bool     // emit MarshalJSON and UnmarshalJSON: callers hold it, or its JSON is not what its fields look like
	Ref        bool     // read resource that relationships point to: emit ResourceIdentifier
	Update     *Decl    // read resource: write struct of its updates, which the method Update returns; nil without one
	Input      *Decl    // read struct: what requests hold of its schema, which the method Input returns; nil without one
	Keeps      bool     // write struct: what an Input method returns, or a part of that, has a place for members without a field
	ReadOnly   []string // names of the members that are read-only, where Keeps
	Union      string   // DeclUnion: discriminator property; "" when chosen by shape
	Pointer    string   // where the spec declares it, e.g. "#/components/schemas/Contact"
	Pos        load.Position

	name      naming
	method    *op  // whose parameters or results these are
	shared    bool // several methods have these headers
	errorBody bool // what error responses hold: see errorBodies
	complete  bool // JSON:API read types get their fields late
	words     int  // estimated size, for the choice between a value and a pointer
	byRef     bool // held by pointer: too large or recursive
}

// In says where a field travels.
type In uint8

// The places of a field.
const (
	InMember  In = iota + 1 // json:"name"
	InID                    // jsonapi:"id,<resource>"
	InType                  // jsonapi:"type,<resource>" on a blank field
	InAttr                  // jsonapi:"attr,name"
	InRel                   // jsonapi:"rel,name"
	InMeta                  // jsonapi:"meta"
	InLinks                 // jsonapi:"links"
	InUnknown               // json:",unknown": members that no field names
	InQuery                 // query:"name"
	InHeader                // header:"name"
	InCookie                // cookie:"name"
	InVariant               // union:"values"
	InStatus                // status:"200"
	InBody                  // body:"": in Options, the whole body
)

// Field is a struct member.
type Field struct {
	Name     string // wire name, e.g. "first_name"; discriminator values for InVariant; status for InStatus
	GoName   string // e.g. "FirstName"; "_" for constants
	In       In
	Type     *Type
	OmitZero bool     // not required: a zero value stays off the wire
	Held     bool     // no longer required, but gen.lock keeps it as it was
	Unlocked *Type    // the type without gen.lock; nil where that is Type
	Required bool     // of a request: it has to be sent
	NonZero  bool     // required, and the document rules out the zero value: the runtime refuses that before sending
	Nullable bool     // a member that null is among the values of
	Const    string   // JSON of the only value, written by the codec; GoName is "_"
	Flags    []string // parameter style: "csv", "space", "pipe", "deep", "json", "reserved"; last may be "default=VALUE". Of members: the same in a form, or "type=MEDIA/TYPE" of the part
	Doc      Doc
	Pos      load.Position

	Constraints *Constraints // nil if there are none

	schemas       []*load.Node // what its values have to be, where it is sent
	flagsOfSchema bool         // Flags come from the schema, and an Encoding Object may say otherwise
}

// Value is an enum constant.
type Value struct {
	GoName string // whole constant name, e.g. "ContactAssociationOccupier"
	JSON   string // the value as JSON, e.g. `"occupier"` or `3`
	Doc    Doc
}
