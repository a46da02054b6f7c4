// Package codec encodes and decodes the JSON of generated clients. It handles the
// types of packages api and jsonapi by their layout, and the struct tags of
// generated code.
//
// # How
//
// A Go type is compiled once, when it is met first, into a program: a decode
// function, an encode function and, for a struct, a table of its members. Running
// a program takes one pass over the bytes and no reflection but for maps,
// interfaces and allocation. Strings are copied into small shared chunks, so that
// a string that is kept never keeps a response. Nothing depends on the order of
// members, but the order that was seen last is guessed to come again.
//
// The scanner checks every load. Package unsafe serves to store through typed
// pointers at field offsets; memory that holds pointers is allocated by package
// reflect, so that the collector sees what it is.
//
// # What is accepted
//
// Input is accepted and refused as by encoding/json, values come out the same, and
// methods that encoding/json would call are called. The fuzz tests hold the codec
// to that. The deliberate differences in decoding are:
//
//   - Names of members match exactly, not regardless of case.
//   - Of several members with one name the last one wins; encoding/json merges
//     them. Attributes and relationships of a resource are merged, too.
//   - The first type error ends decoding. What was decoded until then stays in the
//     target, but slices and maps may be missing elements.
//   - A value that an interface holds is replaced, not decoded into.
//   - Slices get a new backing array.
//   - The tag option string works for numbers and booleans.
//   - 4.0 and 4e0 are integers, and times may be written in all ways that RFC 3339 has.
//   - Unless an option asks for strictness: a byte order mark is skipped, [] is an
//     empty object where an object is expected, and times may lack an offset or seconds.
//   - What the decoded value may take in memory is limited: see [MemoryLimit].
//
// and in encoding:
//
//   - <, > and & are not escaped.
//   - A nil slice is [], a nil map {}, a nil []byte "".
//   - An Opt that is absent is left out, whatever its tag says.
//   - JSON from RawMessages and MarshalJSON methods is checked but not compacted.
//   - A value that contains itself is an error at a depth of 20000.
//
// Arrays, maps with keys that are not plain strings, structs that embed pointers and
// interfaces with methods are left to encoding/json.
//
// # What is kept
//
// A struct with [Facts] comes back as the JSON that it was decoded from: the
// members that were there, in the order of the struct, null where null was, then
// the members that it has no field for. A member that was null is written as null
// until its field is changed; one that was not there is written once its field is
// not zero. Numbers and times come back as they were written, until their field is
// changed: the text of those that would be encoded otherwise is kept. So do members
// with elements that have no nil and came as null.
package codec
