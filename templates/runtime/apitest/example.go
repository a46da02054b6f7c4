package apitest

import "fmt"

// This file answers with the samples of the definition.

// example answers with a sample of success.
func (c *call) example() (*answer, error) {
	e := c.op.endpoint
	switch {
	case e.Status == 0:
		return nil, fmt.Errorf("%w: the document has no response of success", errNoAnswer)
	case e.ContentType == "":
		return c.reply(nil), nil
	case len(e.Samples) == 0:
		return nil, fmt.Errorf("%w: the definition has no sample", errNoAnswer)
	}
	var last error
	for _, sample := range e.Samples {
		a := c.reply([]byte(sample))
		wrong := c.checkAnswer(a)
		if len(wrong) == 0 {
			return a, nil
		}
		last = fmt.Errorf("%w: what can be made of the schema is not what it says: %s", errNoAnswer, wrong[0])
	}
	return nil, last
}
