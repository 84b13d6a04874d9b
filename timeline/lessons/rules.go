package lessons

import "slices"

// rules is the table, in the order in which lessons are told.
func rules() []rule {
	return slices.Concat(testingRules(), reviewRules(), rolloutRules(), monitoringRules(), rollbackRules())
}
