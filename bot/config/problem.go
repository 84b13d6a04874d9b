package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong, in a sentence that says what to write
// instead.
type Problem struct {
	Where string // "backout.yaml:12", the variable "SLACK_APP_TOKEN", the flag "--listen", or a key
	Text  string
	Cause error // may be nil; never holds a secret

	line int // for the order within the file; 0 elsewhere
}

// Error returns "where: sentence".
func (p *Problem) Error() string { return p.Where + ": " + p.Text }

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Cause }

// Error is every problem found, the file's first, in the order of its lines.
type Error struct {
	Problems []*Problem
}

// Error returns one line per problem.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the problems, so that errors.Is finds their causes.
func (e *Error) Unwrap() []error {
	errs := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		errs[i] = p
	}
	return errs
}

// problems collects what is wrong while reading goes on.
type problems struct {
	list []*Problem
}

// add notes a problem at where.
func (ps *problems) add(where, format string, args ...any) {
	ps.list = append(ps.list, &Problem{Where: where, Text: fmt.Sprintf(format, args...)})
}

// addLine notes a problem on a line of the file.
func (ps *problems) addLine(file string, line int, format string, args ...any) {
	ps.add(fmt.Sprintf("%s:%d", file, line), format, args...)
	ps.list[len(ps.list)-1].line = line
}

// because gives the last problem its cause.
func (ps *problems) because(err error) {
	ps.list[len(ps.list)-1].Cause = err
}

// err returns nil when nothing is wrong.
func (ps *problems) err() error {
	if len(ps.list) == 0 {
		return nil
	}
	slices.SortStableFunc(ps.list, func(a, b *Problem) int {
		if (a.line == 0) != (b.line == 0) {
			return b.line - a.line // the file first
		}
		return a.line - b.line
	})
	return &Error{Problems: ps.list}
}

// join merges problem lists of separate checks; nil when there are none.
func join(errs ...error) error {
	var all problems
	for _, err := range errs {
		if e, ok := errors.AsType[*Error](err); ok {
			all.list = append(all.list, e.Problems...)
		} else if err != nil {
			all.list = append(all.list, &Problem{Where: "configuration", Text: err.Error(), Cause: err})
		}
	}
	return all.err()
}
