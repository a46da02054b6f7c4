// Package client holds the tests of the generated clients as a whole: what a user
// writes, against a server in the same process that answers as the documentation
// says, or fails in all the ways servers do. The clients know nothing of it. A test
// that leaves connections alone runs against oapi-codegen's server and against the
// fake: they look at requests before the test's handler answers.
//
// The parts have their own tests where they stand; these show that nothing is lost
// between the parts.
package client
