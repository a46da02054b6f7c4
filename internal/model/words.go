package model

import "github.com/docwright/docwright/internal/names"

// Shorthands for the package names.
var (
	words        = names.Words
	exported     = names.Exported
	goNamed      = names.Given
	snake        = names.Snake
	unexported   = names.Unexported
	singular     = names.Singular
	singularName = names.SingularName
	pluralName   = names.PluralName
)
