// Package codec encodes and decodes JSON.
package codec
