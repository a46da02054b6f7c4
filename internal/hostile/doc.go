// Package hostile attacks the generator: specs that try one thing each, run
// through the command in a process of its own (testdata, and documents that are
// made on the fly), and payloads in every string of the Ctrl Hub document. A
// run may end in two ways: in a package that compiles and declares what was
// meant, or in messages with positions and no output. It holds tests only.
package hostile
