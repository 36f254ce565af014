package main

import (
	"fmt"

	"k8s.io/pod-security-admission/api"
)

// labelsAnswer has the policy in a cluster that nobody configured and in one with strict defaults,
// and the labels that are invalid.
type labelsAnswer struct {
	Policies []string `json:"policies"`
	Invalid  []string `json:"invalid"`
}

func answerLabels(question []byte) any {
	labels := map[string]string{}
	if err := decode(question, &labels); err != nil {
		return err.Error()
	}
	version := func(minor int) api.Version { return api.MajorMinorVersion(1, minor) }
	nothing := api.LevelVersion{Level: api.LevelPrivileged, Version: api.LatestVersion()}
	answer := labelsAnswer{Invalid: []string{}}
	for _, defaults := range []api.Policy{
		{Enforce: nothing, Audit: nothing, Warn: nothing},
		{
			Enforce: api.LevelVersion{Level: api.LevelRestricted, Version: version(20)},
			Audit:   api.LevelVersion{Level: api.LevelRestricted, Version: version(21)},
			Warn:    api.LevelVersion{Level: api.LevelBaseline, Version: version(22)},
		},
	} {
		policy, errs := api.PolicyToEvaluate(labels, defaults)
		answer.Policies = append(answer.Policies,
			fmt.Sprintf("enforce=%s audit=%s warn=%s", policy.Enforce, policy.Audit, policy.Warn))
		answer.Invalid = []string{}
		for _, err := range errs {
			answer.Invalid = append(answer.Invalid, fmt.Sprintf("%s=%v: %s", err.Field, err.BadValue, err.Detail))
		}
	}
	return answer
}
