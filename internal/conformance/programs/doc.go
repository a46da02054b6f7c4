// Package programs holds programs as users of the clients write them. Each is run
// against an answer of its own, and what it sent is compared. They are what a change
// of the surface has to be paid with.
package programs
