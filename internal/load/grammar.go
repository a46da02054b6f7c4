package load

// This file says what OpenAPI wants where: a shape for each kind of object and
// value, as a table. The walk follows it from the root, and thereby knows which
// $ref is a reference and which is data, what a reference must point at, and
// which values are of the wrong kind. Members that the table does not name are
// data. It is the union of 3.0, 3.1 and 3.2: which version allows what is a
// matter of validation, not of reading.

// shape is what OpenAPI wants at a place.
type shape uint8

const (
	shapeAny shape = iota // data: anything
	shapeText
	shapeFlag
	shapeNumber
	shapeLimit // number, or boolean as in 3.0's exclusiveMaximum
	shapeTexts
	shapeList
	shapeMap
	shapeTextMap
	shapeDocument
	shapeInfo
	shapeServers
	shapeServer
	shapeVariables
	shapeVariable
	shapePaths
	shapePathItem
	shapePathItems
	shapeOperation
	shapeOperations
	shapeParameters
	shapeParameter
	shapeParameterMap
	shapeBody
	shapeBodyMap
	shapeContent
	shapeMedia
	shapeEncodings
	shapeEncoding
	shapeEncodingList
	shapeResponses
	shapeResponse
	shapeResponseMap
	shapeCallback
	shapeCallbackMap
	shapeExamples
	shapeExample
	shapeLinks
	shapeLink
	shapeHeaders
	shapeHeader
	shapeTags
	shapeTag
	shapeComponents
	shapeMediaMap
	shapeSchema
	shapeSchemaMap
	shapeSchemaList
	shapeItems
	shapeTypes
	shapeDiscriminator
	shapeMapping
	shapeMappingTarget
	shapeSchemes
	shapeScheme
	shapeFlows
	shapeFlow
	shapeSecurity
	shapeRequirement
	shapeDependencies
	shapeCount
)

// kinds is a set of Kinds.
type kinds uint8

const (
	anyKind    kinds = 0
	text       kinds = 1 << String
	flag       kinds = 1 << Bool
	number     kinds = 1 << Number
	list       kinds = 1 << Array
	object     kinds = 1 << Object
	plainValue       = text | number | flag // YAML authors forget quotes
)

// rule is what a shape allows.
type rule struct {
	want   string // as a message names it, e.g. "an array of parameters"
	kinds  kinds
	ref    bool             // a Reference Object may stand here
	closed bool             // an object whose x- members are extensions, so data
	fields map[string]shape // members with a shape of their own
	rest   shape            // of all other members
	item   shape            // of items
}

var grammar = [shapeCount]rule{
	shapeText:    {want: "a string", kinds: plainValue},
	shapeFlag:    {want: "true or false", kinds: flag},
	shapeNumber:  {want: "a number", kinds: number},
	shapeLimit:   {want: "a number", kinds: number | flag},
	shapeTexts:   {want: "an array of strings", kinds: list, item: shapeText},
	shapeList:    {want: "an array", kinds: list},
	shapeMap:     {want: "an object", kinds: object},
	shapeTextMap: {want: "an object", kinds: object, rest: shapeText},

	shapeDocument: {want: "an object", kinds: object, closed: true, fields: map[string]shape{
		"openapi": shapeText, "info": shapeInfo, "jsonSchemaDialect": shapeText, "servers": shapeServers, "paths": shapePaths,
		"webhooks": shapePathItems, "x-webhooks": shapePathItems, "components": shapeComponents, "security": shapeSecurity,
		"tags": shapeTags, "externalDocs": shapeMap}},
	shapeInfo: {want: "an object with title and version", kinds: object, fields: map[string]shape{
		"title": shapeText, "summary": shapeText, "description": shapeText, "termsOfService": shapeText, "contact": shapeMap, "license": shapeMap, "version": shapeText}},
	shapeServers: {want: "an array of servers", kinds: list, item: shapeServer},
	shapeServer: {want: "a server object with a url", kinds: object, fields: map[string]shape{
		"url": shapeText, "name": shapeText, "description": shapeText, "variables": shapeVariables}},
	shapeVariables: {want: "an object of server variables", kinds: object, rest: shapeVariable},
	shapeVariable: {want: "a server variable object with a default", kinds: object, fields: map[string]shape{
		"enum": shapeTexts, "default": shapeText, "description": shapeText}},

	shapePaths:      {want: "an object of paths", kinds: object, closed: true, rest: shapePathItem},
	shapePathItems:  {want: "an object of path items", kinds: object, rest: shapePathItem},
	shapePathItem:   {want: "a path item object", kinds: object, ref: true, closed: true, fields: pathItemFields},
	shapeOperations: {want: "an object of operations", kinds: object, rest: shapeOperation},
	shapeOperation: {want: "an operation object", kinds: object, closed: true, fields: map[string]shape{
		"tags": shapeTexts, "summary": shapeText, "description": shapeText, "externalDocs": shapeMap, "operationId": shapeText,
		"parameters": shapeParameters, "requestBody": shapeBody, "responses": shapeResponses, "callbacks": shapeCallbackMap,
		"deprecated": shapeFlag, "security": shapeSecurity, "servers": shapeServers}},

	shapeParameters:   {want: "an array of parameters", kinds: list, item: shapeParameter},
	shapeParameterMap: {want: "an object of parameters", kinds: object, rest: shapeParameter},
	shapeParameter:    {want: "a parameter object", kinds: object, ref: true, closed: true, fields: parameterFields},
	shapeHeaders:      {want: "an object of headers", kinds: object, rest: shapeHeader},
	shapeHeader:       {want: "a header object", kinds: object, ref: true, closed: true, fields: parameterFields},
	shapeBodyMap:      {want: "an object of request bodies", kinds: object, rest: shapeBody},
	shapeBody: {want: "a request body object", kinds: object, ref: true, closed: true, fields: map[string]shape{
		"description": shapeText, "content": shapeContent, "required": shapeFlag}},
	shapeContent:  {want: "an object of media types", kinds: object, rest: shapeMedia},
	shapeMediaMap: {want: "an object of media types", kinds: object, rest: shapeMedia},
	shapeMedia: {want: "a media type object", kinds: object, ref: true, closed: true, fields: map[string]shape{
		"schema": shapeSchema, "itemSchema": shapeSchema, "examples": shapeExamples, "encoding": shapeEncodings,
		"prefixEncoding": shapeEncodingList, "itemEncoding": shapeEncoding}},
	shapeEncodings:    {want: "an object of encodings", kinds: object, rest: shapeEncoding},
	shapeEncodingList: {want: "an array of encodings", kinds: list, item: shapeEncoding},
	shapeEncoding: {want: "an encoding object", kinds: object, closed: true, fields: map[string]shape{
		"contentType": shapeText, "headers": shapeHeaders, "style": shapeText, "explode": shapeFlag, "allowReserved": shapeFlag,
		"encoding": shapeEncodings, "prefixEncoding": shapeEncodingList, "itemEncoding": shapeEncoding}},

	shapeResponses:   {want: "an object of responses by status", kinds: object, closed: true, rest: shapeResponse},
	shapeResponseMap: {want: "an object of responses", kinds: object, rest: shapeResponse},
	shapeResponse: {want: "a response object", kinds: object, ref: true, closed: true, fields: map[string]shape{
		"summary": shapeText, "description": shapeText, "headers": shapeHeaders, "content": shapeContent, "links": shapeLinks}},
	shapeCallbackMap: {want: "an object of callbacks", kinds: object, rest: shapeCallback},
	shapeCallback:    {want: "a callback object", kinds: object, ref: true, closed: true, rest: shapePathItem},
	shapeExamples:    {want: "an object of examples", kinds: object | list, rest: shapeExample},
	shapeExample: {want: "an example object", kinds: anyKind, ref: true, closed: true, fields: map[string]shape{
		"summary": shapeText, "description": shapeText, "externalValue": shapeText}},
	shapeLinks: {want: "an object of links", kinds: object, rest: shapeLink},
	shapeLink: {want: "a link object", kinds: object, ref: true, closed: true, fields: map[string]shape{
		"operationRef": shapeText, "operationId": shapeText, "parameters": shapeMap, "description": shapeText, "server": shapeServer}},
	shapeTags: {want: "an array of tags", kinds: list, item: shapeTag},
	shapeTag: {want: "a tag object with a name", kinds: object, fields: map[string]shape{
		"name": shapeText, "summary": shapeText, "description": shapeText, "externalDocs": shapeMap, "parent": shapeText, "kind": shapeText}},

	shapeComponents: {want: "an object", kinds: object, closed: true, fields: map[string]shape{
		"schemas": shapeSchemaMap, "responses": shapeResponseMap, "parameters": shapeParameterMap, "examples": shapeExamples,
		"requestBodies": shapeBodyMap, "headers": shapeHeaders, "securitySchemes": shapeSchemes, "links": shapeLinks,
		"callbacks": shapeCallbackMap, "pathItems": shapePathItems, "mediaTypes": shapeMediaMap}},
	shapeSchemes: {want: "an object of security schemes", kinds: object, rest: shapeScheme},
	shapeScheme: {want: "a security scheme object", kinds: object, ref: true, closed: true, fields: map[string]shape{
		"type": shapeText, "description": shapeText, "name": shapeText, "in": shapeText, "scheme": shapeText, "bearerFormat": shapeText,
		"flows": shapeFlows, "openIdConnectUrl": shapeText, "oauth2MetadataUrl": shapeText, "deprecated": shapeFlag}},
	shapeFlows: {want: "an object of OAuth flows", kinds: object, closed: true, fields: map[string]shape{
		"implicit": shapeFlow, "password": shapeFlow, "clientCredentials": shapeFlow, "authorizationCode": shapeFlow, "deviceAuthorization": shapeFlow}},
	shapeFlow: {want: "an OAuth flow object", kinds: object, closed: true, fields: map[string]shape{
		"authorizationUrl": shapeText, "deviceAuthorizationUrl": shapeText, "tokenUrl": shapeText, "refreshUrl": shapeText, "scopes": shapeTextMap}},
	shapeSecurity:    {want: "an array of security requirements", kinds: list, item: shapeRequirement},
	shapeRequirement: {want: "an object of scheme names with arrays of scopes", kinds: object, rest: shapeTexts},

	shapeSchema:        {want: "a schema (an object, or true or false)", kinds: object | flag, ref: true, closed: true, fields: schemaFields},
	shapeSchemaMap:     {want: "an object of schemas", kinds: object, ref: true, rest: shapeSchema},
	shapeSchemaList:    {want: "an array of schemas", kinds: list, item: shapeSchema},
	shapeItems:         {want: "a schema (an object, or true or false)", kinds: object | flag | list, ref: true, closed: true, fields: schemaFields, item: shapeSchema},
	shapeTypes:         {want: "a type's name, or an array of them", kinds: text | list, item: shapeText},
	shapeDependencies:  {want: "an object", kinds: object, rest: shapeItems},
	shapeDiscriminator: {want: "a discriminator object with a propertyName", kinds: object, closed: true, fields: discriminatorFields},
	shapeMapping:       {want: "an object of names or references of schemas", kinds: object, rest: shapeMappingTarget},
	shapeMappingTarget: {want: "the name or reference of a schema", kinds: text},
}

var pathItemFields = map[string]shape{
	"summary": shapeText, "description": shapeText, "servers": shapeServers, "parameters": shapeParameters,
	"get": shapeOperation, "put": shapeOperation, "post": shapeOperation, "delete": shapeOperation, "options": shapeOperation,
	"head": shapeOperation, "patch": shapeOperation, "trace": shapeOperation, "query": shapeOperation, "additionalOperations": shapeOperations}

var parameterFields = map[string]shape{
	"name": shapeText, "in": shapeText, "description": shapeText, "required": shapeFlag, "deprecated": shapeFlag,
	"allowEmptyValue": shapeFlag, "style": shapeText, "explode": shapeFlag, "allowReserved": shapeFlag,
	"schema": shapeSchema, "content": shapeContent, "examples": shapeExamples}

var discriminatorFields = map[string]shape{
	"propertyName": shapeText, "mapping": shapeMapping, "defaultMapping": shapeMappingTarget}

var schemaFields = map[string]shape{
	"type": shapeTypes, "format": shapeText, "title": shapeText, "description": shapeText, "pattern": shapeText,
	"enum": shapeList, "required": shapeTexts, "nullable": shapeFlag, "readOnly": shapeFlag, "writeOnly": shapeFlag,
	"deprecated": shapeFlag, "uniqueItems": shapeFlag, "multipleOf": shapeNumber, "maximum": shapeNumber, "minimum": shapeNumber,
	"exclusiveMaximum": shapeLimit, "exclusiveMinimum": shapeLimit, "maxLength": shapeNumber, "minLength": shapeNumber,
	"maxItems": shapeNumber, "minItems": shapeNumber, "maxProperties": shapeNumber, "minProperties": shapeNumber,
	"maxContains": shapeNumber, "minContains": shapeNumber, "contentEncoding": shapeText, "contentMediaType": shapeText,
	"allOf": shapeSchemaList, "oneOf": shapeSchemaList, "anyOf": shapeSchemaList, "not": shapeSchema,
	"if": shapeSchema, "then": shapeSchema, "else": shapeSchema, "items": shapeItems, "prefixItems": shapeSchemaList,
	"additionalItems": shapeSchema, "unevaluatedItems": shapeSchema, "contains": shapeSchema, "properties": shapeSchemaMap,
	"patternProperties": shapeSchemaMap, "additionalProperties": shapeSchema, "unevaluatedProperties": shapeSchema,
	"propertyNames": shapeSchema, "dependentSchemas": shapeSchemaMap, "dependencies": shapeDependencies, "contentSchema": shapeSchema,
	"$defs": shapeSchemaMap, "definitions": shapeSchemaMap, "discriminator": shapeDiscriminator,
	"xml": shapeMap, "externalDocs": shapeMap}

// sections are the maps of components, by the shape of what they hold.
var sections = map[shape]string{
	shapeSchema: "schemas", shapeResponse: "responses", shapeParameter: "parameters", shapeExample: "examples",
	shapeBody: "requestBodies", shapeHeader: "headers", shapeScheme: "securitySchemes", shapeLink: "links",
	shapeCallback: "callbacks", shapePathItem: "pathItems", shapeMedia: "mediaTypes",
}
