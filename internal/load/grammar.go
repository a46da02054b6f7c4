package load

import (
	"maps"
	"slices"
	"strings"
)

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
	textKind   kinds = 1 << String
	flagKind   kinds = 1 << Bool
	numberKind kinds = 1 << Number
	listKind   kinds = 1 << Array
	objectKind kinds = 1 << Object
	plainValue       = textKind | numberKind | flagKind // YAML authors forget quotes
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

// of returns the shape of the member called name.
func (r *rule) of(name string) shape {
	if s, known := r.fields[name]; known {
		return s
	}
	if r.closed && strings.HasPrefix(name, "x-") {
		return shapeAny
	}
	return r.rest
}

var grammar = [shapeCount]rule{
	shapeText:    {want: "a string", kinds: plainValue},
	shapeFlag:    {want: "true or false", kinds: flagKind},
	shapeNumber:  {want: "a number", kinds: numberKind},
	shapeLimit:   {want: "a number", kinds: numberKind | flagKind},
	shapeTexts:   {want: "an array of strings", kinds: listKind, item: shapeText},
	shapeList:    {want: "an array", kinds: listKind},
	shapeMap:     {want: "an object", kinds: objectKind},
	shapeTextMap: {want: "an object", kinds: objectKind, rest: shapeText},

	shapeDocument: {want: "an OpenAPI document", kinds: objectKind, closed: true, fields: map[string]shape{
		"openapi": shapeText, "info": shapeInfo, "jsonSchemaDialect": shapeText, "servers": shapeServers, "paths": shapePaths,
		"webhooks": shapePathItems, "x-webhooks": shapePathItems, "components": shapeComponents, "security": shapeSecurity,
		"tags": shapeTags, "externalDocs": shapeMap}},
	shapeInfo: {want: "an object with title and version", kinds: objectKind, fields: map[string]shape{
		"title": shapeText, "summary": shapeText, "description": shapeText, "termsOfService": shapeText, "contact": shapeMap, "license": shapeMap, "version": shapeText}},
	shapeServers: {want: "an array of servers", kinds: listKind, item: shapeServer},
	shapeServer: {want: "a server object with a url", kinds: objectKind, fields: map[string]shape{
		"url": shapeText, "name": shapeText, "description": shapeText, "variables": shapeVariables}},
	shapeVariables: {want: "an object of server variables", kinds: objectKind, rest: shapeVariable},
	shapeVariable: {want: "a server variable object with a default", kinds: objectKind, fields: map[string]shape{
		"enum": shapeTexts, "default": shapeText, "description": shapeText}},

	shapePaths:      {want: "an object of paths", kinds: objectKind, closed: true, rest: shapePathItem},
	shapePathItems:  {want: "an object of path items", kinds: objectKind, rest: shapePathItem},
	shapePathItem:   {want: "a path item object", kinds: objectKind, ref: true, closed: true, fields: pathItemFields},
	shapeOperations: {want: "an object of operations", kinds: objectKind, rest: shapeOperation},
	shapeOperation: {want: "an operation object", kinds: objectKind, closed: true, fields: map[string]shape{
		"tags": shapeTexts, "summary": shapeText, "description": shapeText, "externalDocs": shapeMap, "operationId": shapeText,
		"parameters": shapeParameters, "requestBody": shapeBody, "responses": shapeResponses, "callbacks": shapeCallbackMap,
		"deprecated": shapeFlag, "security": shapeSecurity, "servers": shapeServers}},

	shapeParameters:   {want: "an array of parameters", kinds: listKind, item: shapeParameter},
	shapeParameterMap: {want: "an object of parameters", kinds: objectKind, rest: shapeParameter},
	shapeParameter:    {want: "a parameter object", kinds: objectKind, ref: true, closed: true, fields: parameterFields},
	shapeHeaders:      {want: "an object of headers", kinds: objectKind, rest: shapeHeader},
	shapeHeader:       {want: "a header object", kinds: objectKind, ref: true, closed: true, fields: parameterFields},
	shapeBodyMap:      {want: "an object of request bodies", kinds: objectKind, rest: shapeBody},
	shapeBody: {want: "a request body object", kinds: objectKind, ref: true, closed: true, fields: map[string]shape{
		"description": shapeText, "content": shapeContent, "required": shapeFlag}},
	shapeContent:  {want: "an object of media types", kinds: objectKind, rest: shapeMedia},
	shapeMediaMap: {want: "an object of media types", kinds: objectKind, rest: shapeMedia},
	shapeMedia: {want: "a media type object", kinds: objectKind, ref: true, closed: true, fields: map[string]shape{
		"schema": shapeSchema, "itemSchema": shapeSchema, "examples": shapeExamples, "encoding": shapeEncodings,
		"prefixEncoding": shapeEncodingList, "itemEncoding": shapeEncoding}},
	shapeEncodings:    {want: "an object of encodings", kinds: objectKind, rest: shapeEncoding},
	shapeEncodingList: {want: "an array of encodings", kinds: listKind, item: shapeEncoding},
	shapeEncoding: {want: "an encoding object", kinds: objectKind, closed: true, fields: map[string]shape{
		"contentType": shapeText, "headers": shapeHeaders, "style": shapeText, "explode": shapeFlag, "allowReserved": shapeFlag,
		"encoding": shapeEncodings, "prefixEncoding": shapeEncodingList, "itemEncoding": shapeEncoding}},

	shapeResponses:   {want: "an object of responses by status", kinds: objectKind, closed: true, rest: shapeResponse},
	shapeResponseMap: {want: "an object of responses", kinds: objectKind, rest: shapeResponse},
	shapeResponse: {want: "a response object", kinds: objectKind, ref: true, closed: true, fields: map[string]shape{
		"summary": shapeText, "description": shapeText, "headers": shapeHeaders, "content": shapeContent, "links": shapeLinks}},
	shapeCallbackMap: {want: "an object of callbacks", kinds: objectKind, rest: shapeCallback},
	shapeCallback:    {want: "a callback object", kinds: objectKind, ref: true, closed: true, rest: shapePathItem},
	shapeExamples:    {want: "an object of examples", kinds: objectKind, rest: shapeExample},
	shapeExample: {want: "an example object", kinds: anyKind, ref: true, closed: true, fields: map[string]shape{
		"summary": shapeText, "description": shapeText, "externalValue": shapeText}},
	shapeLinks: {want: "an object of links", kinds: objectKind, rest: shapeLink},
	shapeLink: {want: "a link object", kinds: objectKind, ref: true, closed: true, fields: map[string]shape{
		"operationRef": shapeText, "operationId": shapeText, "parameters": shapeMap, "description": shapeText, "server": shapeServer}},
	shapeTags: {want: "an array of tags", kinds: listKind, item: shapeTag},
	shapeTag: {want: "a tag object with a name", kinds: objectKind, fields: map[string]shape{
		"name": shapeText, "summary": shapeText, "description": shapeText, "externalDocs": shapeMap, "parent": shapeText, "kind": shapeText}},

	shapeComponents: {want: "an object", kinds: objectKind, closed: true, fields: map[string]shape{
		"schemas": shapeSchemaMap, "responses": shapeResponseMap, "parameters": shapeParameterMap, "examples": shapeExamples,
		"requestBodies": shapeBodyMap, "headers": shapeHeaders, "securitySchemes": shapeSchemes, "links": shapeLinks,
		"callbacks": shapeCallbackMap, "pathItems": shapePathItems, "mediaTypes": shapeMediaMap}},
	shapeSchemes: {want: "an object of security schemes", kinds: objectKind, rest: shapeScheme},
	shapeScheme: {want: "a security scheme object", kinds: objectKind, ref: true, closed: true, fields: map[string]shape{
		"type": shapeText, "description": shapeText, "name": shapeText, "in": shapeText, "scheme": shapeText, "bearerFormat": shapeText,
		"flows": shapeFlows, "openIdConnectUrl": shapeText, "oauth2MetadataUrl": shapeText, "deprecated": shapeFlag}},
	shapeFlows: {want: "an object of OAuth flows", kinds: objectKind, closed: true, fields: map[string]shape{
		"implicit": shapeFlow, "password": shapeFlow, "clientCredentials": shapeFlow, "authorizationCode": shapeFlow, "deviceAuthorization": shapeFlow}},
	shapeFlow: {want: "an OAuth flow object", kinds: objectKind, closed: true, fields: map[string]shape{
		"authorizationUrl": shapeText, "deviceAuthorizationUrl": shapeText, "tokenUrl": shapeText, "refreshUrl": shapeText, "scopes": shapeTextMap}},
	shapeSecurity:    {want: "an array of security requirements", kinds: listKind, item: shapeRequirement},
	shapeRequirement: {want: "an object of scheme names with arrays of scopes", kinds: objectKind, rest: shapeTexts},

	shapeSchema:        {want: "a schema", kinds: objectKind | flagKind, ref: true, closed: true, fields: schemaFields},
	shapeSchemaMap:     {want: "an object of schemas", kinds: objectKind, ref: true, rest: shapeSchema},
	shapeSchemaList:    {want: "an array of schemas", kinds: listKind, item: shapeSchema},
	shapeItems:         {want: "a schema", kinds: objectKind | flagKind | listKind, ref: true, closed: true, fields: schemaFields, item: shapeSchema},
	shapeTypes:         {want: "a type's name, or an array of them", kinds: textKind | listKind, item: shapeText},
	shapeDependencies:  {want: "an object", kinds: objectKind, rest: shapeItems},
	shapeDiscriminator: {want: "a discriminator object with a propertyName", kinds: objectKind, closed: true, fields: discriminatorFields},
	shapeMapping:       {want: "an object of names or references of schemas", kinds: objectKind, rest: shapeMappingTarget},
	shapeMappingTarget: {want: "the name or reference of a schema", kinds: textKind},
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
	"xml": shapeMap, "externalDocs": shapeMap,
	"const": shapeAny, "default": shapeAny, "example": shapeAny, "examples": shapeAny, "dependentRequired": shapeAny,
	"$ref": shapeAny, "$dynamicRef": shapeAny, "$anchor": shapeAny, "$dynamicAnchor": shapeAny, "$id": shapeAny,
	"$schema": shapeAny, "$vocabulary": shapeAny, "$comment": shapeAny}

// SchemaKeywords lists the members that a Schema Object may have, in order of
// their names.
func SchemaKeywords() []string { return slices.Sorted(maps.Keys(schemaFields)) }

// sections are the maps of components, by the shape of what they hold.
var sections = map[shape]string{
	shapeSchema: "schemas", shapeResponse: "responses", shapeParameter: "parameters", shapeExample: "examples",
	shapeBody: "requestBodies", shapeHeader: "headers", shapeScheme: "securitySchemes", shapeLink: "links",
	shapeCallback: "callbacks", shapePathItem: "pathItems", shapeMedia: "mediaTypes",
}
