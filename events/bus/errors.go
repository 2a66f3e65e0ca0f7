package bus

import (
	"errors"
	"fmt"
)

// What a caller can act on. Package api turns each into an answer.
var (
	// ErrConflict means that the log moved on again and again while a command was decided.
	ErrConflict = errors.New("the log kept changing; repeat the command")
	// ErrSetTooLarge means that an event of the command is larger than what the log carries. Nothing was stored.
	ErrSetTooLarge = errors.New("the change set is too large")
	// ErrDiskFull means that there is no room to store the command. It was not stored, unless ErrInDoubt says so too.
	ErrDiskFull = errors.New("no space left to store the command")
	// ErrUnavailable means that the log takes no commands for now: its server is starting again or does not answer.
	ErrUnavailable = errors.New("the log takes no commands for now")
	// ErrDamaged means that the stored log is not what was written. It can be read up to the damage and takes no commands.
	ErrDamaged = errors.New("the stored log is damaged")
	// ErrInDoubt means that the server did not say whether the command was stored. The log is read back as soon
	// as it answers; the command's id then tells, and of how many change sets a large one was stored.
	ErrInDoubt = errors.New("not known yet whether the command was stored")
	// ErrPartly means that a command of several change sets ended after some of them were stored, which they stay.
	// The error it is in says how many events those are, and why there are no more.
	ErrPartly = errors.New("only a part of the command is stored")
	// ErrListen means that the port for remotes cannot be opened.
	ErrListen = errors.New("the port for remotes cannot be opened")
	// ErrTooManySubjects means that one request for current state matches more subjects than the server answers for.
	ErrTooManySubjects = errors.New("too many subjects for one answer")
)

// CommandError is why the command with the given id failed in the writer. It unwraps to what went wrong.
type CommandError struct {
	Command string
	Err     error
}

// Error implements error.
func (e *CommandError) Error() string {
	return fmt.Sprintf("%v (command %s)", e.Err, e.Command)
}

// Unwrap returns what went wrong.
func (e *CommandError) Unwrap() error { return e.Err }
