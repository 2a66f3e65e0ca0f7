package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
)

// jsonBinder reads every body as JSON, whatever its Content-Type says: clients of NeuVector's interface
// send them without. Fields that are not known are ignored.
type jsonBinder struct{}

// Bind implements [echo.Binder]. An error says which field is wrong.
func (jsonBinder) Bind(into any, c echo.Context) error {
	body, err := readBody(c.Request().Body)
	if err != nil {
		return err
	}
	if len(body) == 0 {
		return badRequest("the body is empty; send a JSON object")
	}
	err = json.Unmarshal(body, into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return badRequest("field %q cannot be a %s; it is a %s", wrong.Field, wrong.Value, wrong.Type)
	}
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
		return badRequest("byte %d of the body: %v", wrong.Offset, wrong)
	}
	if err != nil {
		return badRequest("%v", err)
	}
	return nil
}

// readBody refuses with errTooLong what is over the limit that the router sets.
func readBody(body io.Reader) ([]byte, error) {
	data, err := io.ReadAll(body)
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		return nil, errTooLong
	}
	if err != nil {
		return nil, badRequest("the body broke off: %v", err)
	}
	return data, nil
}
