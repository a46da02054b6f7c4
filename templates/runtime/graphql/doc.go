// Package graphql reads lists that an API serves as GraphQL connections.
//
// A generated method sends a documented query with typed variables and gives a
// page of typed nodes. A query that reads no page information does not paginate,
// so a call that limits or moves the page sends the paged form of the query
// instead: first and after are variables of it.
//
// Errors that come with status 200, as GraphQL has them, are errors: *Error.
package graphql
