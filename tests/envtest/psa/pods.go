package main

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// newest is the newest minor that the policy package knows.
const newest = 37

// run is what a pod fails from one version on, until the next run. Version newest+1 is one that
// does not exist yet, and newest+2 is latest.
type run struct {
	From  int      `json:"from"`
	Fails []string `json:"fails"` // "id: reason (detail)"
}

// podAnswer has either an error or the runs of both levels.
type podAnswer struct {
	Error      string `json:"error,omitempty"`
	Baseline   []run  `json:"baseline"`
	Restricted []run  `json:"restricted"`
}

// newPodAnswerer wraps every check so that its result tells its id, which the evaluator drops, and
// so that a revision is run only once for a pod, however many versions share it.
func newPodAnswerer() answerer {
	memo := map[int]policy.CheckResult{}
	checks := policy.DefaultChecks()
	revision := 0
	for i := range checks {
		for j := range checks[i].Versions {
			id, check, key := string(checks[i].ID), checks[i].Versions[j].CheckPod, revision
			revision++
			checks[i].Versions[j].CheckPod = func(meta *metav1.ObjectMeta, spec *corev1.PodSpec) policy.CheckResult {
				result, known := memo[key]
				if !known {
					result = check(meta, spec)
					result.ForbiddenReason = id + ": " + result.ForbiddenReason
					memo[key] = result
				}
				return result
			}
		}
	}
	evaluator, err := policy.NewEvaluator(checks, nil)
	if err != nil {
		fail(err)
	}
	runs := func(level api.Level, pod *corev1.Pod) (runs []run) {
		for from, version := range versions() {
			lv := api.LevelVersion{Level: level, Version: version}
			fails := []string{}
			for _, result := range evaluator.EvaluatePod(lv, &pod.ObjectMeta, &pod.Spec) {
				if !result.Allowed {
					one := policy.AggregateCheckResults([]policy.CheckResult{result})
					fails = append(fails, one.ForbiddenDetail())
				}
			}
			if from == 0 || !slices.Equal(fails, runs[len(runs)-1].Fails) {
				runs = append(runs, run{From: from, Fails: fails})
			}
		}
		return runs
	}
	return func(question []byte) any {
		clear(memo)
		pod := &corev1.Pod{}
		if err := decode(question, pod); err != nil {
			return podAnswer{Error: err.Error()}
		}
		return podAnswer{
			Baseline:   runs(api.LevelBaseline, pod),
			Restricted: runs(api.LevelRestricted, pod),
		}
	}
}

func versions() []api.Version {
	all := []api.Version{}
	for minor := range newest + 2 {
		all = append(all, api.MajorMinorVersion(1, minor))
	}
	return append(all, api.LatestVersion())
}
