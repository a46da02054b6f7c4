// Package apitest is what the fakes of APIs are made of: servers for tests that
// hold every request against the API's OpenAPI document, and answer it.
//
// A generated package such as ctrlhubtest has the definition of its API and puts typed handlers
// on top; its NewServer is where to begin. A response comes from the first of
// these that has one:
//
//   - the handler that the test set for the operation;
//   - the store, for resources of JSON:API: what was created is found, filtered,
//     sorted, paged and included as the document declares. It begins with the
//     resources of the recorded exchanges ([WithEmptyStore] leaves them out);
//   - the recorded exchange that resembles the request most;
//   - a sample: an example of the document, or what docwright made of its schemas.
//
// [WithAnswers] chooses among the last three. Where none has a response, the fake
// says 501 and why.
//
// A request that the document does not allow fails the test, with the operation,
// the place and the reason, and is answered with 400, 401 or 422. The answers of
// handlers are checked, too. [Server.Fault] makes the fake slow or broken,
// [Server.Requests] lists what it was sent.
//
// This is the one package of the runtime that needs more than the standard
// library: github.com/getkin/kin-openapi checks messages against the document. What
// the API means, a [Definition] says: of operations, resources and pages, the fake
// is made of what the generated client is made of.
// Clients do not import it.
package apitest
