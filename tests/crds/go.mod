module podaudit.dev/crds

go 1.26.0

// Their CustomResourceDefinitions, as they are installed; no code of theirs is built.
require (
	github.com/kyverno/kyverno v1.19.1
	github.com/openreports/reports-api v0.2.1
)
