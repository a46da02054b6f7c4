package model

// This file recognises the extension of JSON:API for atomic operations
// (https://jsonapi.org/ext/atomic) by the members that documents of it have.

// atomicBody makes the body of a request a list of operations, when it is one.
func (b *builder) atomicBody(m *media, body *Body) bool {
	if core, _ := b.shapes.core(m.schema); core == nil || b.shapes.of(core).prop("atomic:operations") == nil {
		return false
	}
	body.Kind, body.GoName, body.Required = BodyOperations, "operations", true
	return true
}

// atomicResult makes a result those of operations, when it is.
func (b *builder) atomicResult(o *op, first response) bool {
	if core, _ := b.shapes.core(first.schema); core == nil || b.shapes.of(core).prop("atomic:results") == nil {
		return false
	}
	o.out.Result = Result{Kind: ResultOperations}
	return true
}
