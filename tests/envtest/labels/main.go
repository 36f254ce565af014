// Command labels answers what the real label selectors say: standard input is a JSON array of
// questions, each a selector and the labels of some objects; standard output is the array of their
// answers, in the same order.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apimachinery/pkg/labels"
)

type question struct {
	Selector string       `json:"selector"`
	Objects  []labels.Set `json:"objects"`
}

// answer of a selector that is refused has no matches.
type answer struct {
	Valid   bool   `json:"valid"`
	Matches []bool `json:"matches"`
}

func main() {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		fail(err)
	}
	answers := make([]answer, len(questions))
	for i, question := range questions {
		answers[i] = ask(question)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "labels:", err)
	os.Exit(1)
}

func ask(question question) answer {
	selector, err := labels.Parse(question.Selector)
	if err != nil {
		return answer{Matches: []bool{}}
	}
	matches := make([]bool, len(question.Objects))
	for i, object := range question.Objects {
		matches[i] = selector.Matches(object)
	}
	return answer{Valid: true, Matches: matches}
}
