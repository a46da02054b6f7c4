package load

// Role is what OpenAPI wants at the place of a node: what a rule about
// operations or schemas asks for.
type Role uint8

// The roles. A node that no reference leads to, in a file other than the root,
// has none.
const (
	NoRole Role = iota // data, an extension, or of no interest by itself
	ServerRole
	OperationRole
	ParameterRole
	HeaderRole
	BodyRole
	MediaRole
	ResponseRole
	ComponentsRole
	SchemaRole
	RequirementRole // a security requirement: scheme names with their scopes
)

var roles = [shapeCount]Role{
	shapeServer: ServerRole, shapeOperation: OperationRole, shapeParameter: ParameterRole, shapeHeader: HeaderRole, shapeBody: BodyRole,
	shapeMedia: MediaRole, shapeResponse: ResponseRole, shapeComponents: ComponentsRole, shapeSchema: SchemaRole, shapeItems: SchemaRole,
	shapeRequirement: RequirementRole,
}

// Role returns what OpenAPI wants at the place of n. A reference has the role
// of what it stands for.
func (n *Node) Role() Role {
	if n == nil {
		return NoRole
	}
	return roles[n.shape]
}

// Each calls visit for n and every value below it, parents first. It does not
// follow references.
func (n *Node) Each(visit func(*Node)) {
	if n == nil {
		return
	}
	visit(n)
	for _, m := range n.Members {
		m.Value.Each(visit)
	}
	for _, item := range n.Items {
		item.Each(visit)
	}
}
