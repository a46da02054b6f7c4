// Package conformance holds the curated specs, the generated clients and the
// documented calls against each other. It consists of tests:
//
//   - TestExchanges checks every exchange five ways. The spec allows it; the
//     generated client, called with typed values, sends it; its response
//     survives decoding and encoding; and two servers made from the same spec
//     accept it and answer it, one by another generator and the API's fake.
//     Where the response tells of a next page, that page is fetched, too.
//   - TestPrism calls every operation once, against a mock server of others
//     that checks both sides (make prism).
//   - TestUsage makes the first of these calls as a user writes them, to both
//     servers.
//   - TestCoverage holds each spec against the table of its documented calls.
//   - TestOpenTypes lists each place of the clients that is left untyped, and why.
//
// With -update, TestCoverage and TestOpenTypes fill in their tables.
package conformance
