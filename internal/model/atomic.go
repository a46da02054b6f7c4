package model

// This file recognises the extension of JSON:API for atomic operations
// (https://jsonapi.org/ext/atomic) by the members that documents of it have.

// atomicBody makes the body of a request a list of operations, when it is one.
func (b *builder) atomicBody(m *media, body *Body) bool {
	if b.schemas.Of(m.schema).Core().Property("atomic:operations") == nil {
		return false
	}
	body.Kind, body.GoName = BodyOperations, "operations"
	return true
}

// atomicResult makes a result those of operations, when it is.
func (b *builder) atomicResult(o *op, first response) bool {
	if b.schemas.Of(first.schema).Core().Property("atomic:results") == nil {
		return false
	}
	o.out.Result = Result{Kind: ResultOperations}
	return true
}
