//go:build !unix

package limit

import "time"

// processorTime is the time that has passed, where it is not known how much of it
// the process computed.
func processorTime() time.Duration { return time.Since(began) }
