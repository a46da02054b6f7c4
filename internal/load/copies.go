package load

// This file bounds what path items and media types come to that several places
// refer to. What is made of them is theirs alone at each place, as are the operations
// of a path, so that 25 KB can ask for 4,000 operations with 100 parameters each.
// Other references lead to one schema, parameter or response.

// copied reports whether a use of what a shape refers to is a copy.
func copied(s shape) bool { return s == shapePathItem || s == shapeMedia }

// copies counts values.
type copies struct {
	limit int
	sizes map[*Node]int // by what is referred to; 0 while it is being counted
}

// limitCopies reports an error where copies exceed the limit.
func (w *walker) limitCopies() {
	c := &copies{limit: w.limits.Copied, sizes: map[*Node]int{}}
	used, total := map[*Node]bool{}, 0
	for _, n := range w.refs {
		target := n.Target()
		if !copied(n.shape) || n.flags&isBroken != 0 || target == nil {
			continue
		}
		size := c.of(target)
		if used[target] || size > c.limit { // one of itself is more than it is written as
			total += size
		}
		used[target] = true
		if total > c.limit {
			w.fail(n.Get("$ref").Position(), "too-many-copies", "refer to responses and parameters instead: those are not copied", "the path items that are used again have more than %d values", c.limit)
			return
		}
	}
}

// of counts the values of a path item, with those of path items that it refers to;
// at most limit+1.
func (c *copies) of(target *Node) int {
	if size, known := c.sizes[target]; known {
		return size
	}
	c.sizes[target] = 0 // one that contains itself ends there
	size := c.within(target)
	c.sizes[target] = size
	return size
}

func (c *copies) within(n *Node) int {
	size := 1
	for _, m := range n.Members {
		if size <= c.limit {
			size += c.within(m.Value)
		}
	}
	for _, item := range n.Items {
		if size <= c.limit {
			size += c.within(item)
		}
	}
	if target := n.Target(); copied(n.shape) && target != nil && target != n && n.flags&isBroken == 0 {
		size += c.of(target)
	}
	return min(size, c.limit+1)
}
