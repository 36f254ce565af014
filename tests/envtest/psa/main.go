// Command psa answers with the real Pod Security admission policy, as a line server: each line of
// standard input is a JSON array of questions, and each line of standard output the array of their
// answers, in the same order.
//
//	psa pods    a question is a Pod, an answer its violations at every level and version
//	psa labels  a question is a namespace's labels, an answer the policies that follow from them
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sync"

	sigsjson "sigs.k8s.io/json"
)

// answerer answers one question; each goroutine has its own.
type answerer func(question []byte) any

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: psa pods|labels"))
	}
	var make func() answerer
	switch os.Args[1] {
	case "pods":
		make = newPodAnswerer
	case "labels":
		make = func() answerer { return answerLabels }
	default:
		fail(fmt.Errorf("unknown mode %q", os.Args[1]))
	}
	if err := serve(make); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "psa:", err)
	os.Exit(1)
}

func serve(make func() answerer) error {
	answerers := []answerer{}
	for range runtime.GOMAXPROCS(0) {
		answerers = append(answerers, make())
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<30)
	out := json.NewEncoder(os.Stdout) // one write a line
	for lines.Scan() {
		var questions []json.RawMessage
		if err := json.Unmarshal(lines.Bytes(), &questions); err != nil {
			return err
		}
		if err := out.Encode(answerAll(answerers, questions)); err != nil {
			return err
		}
	}
	return lines.Err()
}

// answerAll deals the questions out to the answerers.
func answerAll(answerers []answerer, questions []json.RawMessage) []any {
	answers := make([]any, len(questions))
	var wait sync.WaitGroup
	for offset, answer := range answerers {
		wait.Go(func() {
			for i := offset; i < len(questions); i += len(answerers) {
				answers[i] = answer(questions[i])
			}
		})
	}
	wait.Wait()
	return answers
}

// decode reads JSON as the API server does: field names in exact case, unknown fields ignored.
func decode(question []byte, into any) error {
	return sigsjson.UnmarshalCaseSensitivePreserveInts(question, into)
}
