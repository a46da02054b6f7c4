package apitest

// FilterError says what is wrong with a filter.
func FilterError(filter string) string {
	if _, err := parseExpression(filter); err != nil {
		return err.Error()
	}
	return ""
}
