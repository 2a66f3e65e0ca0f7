package api

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"

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
	if part := missingPart(into, body); part != "" {
		return badRequest("%s is missing; it is an object that says what is wanted", part)
	}
	return nil
}

// missingPart returns the name of an object, such as config, that the request must have and does not, or "".
func missingPart(into any, body []byte) string {
	var sent map[string]json.RawMessage
	of := reflect.TypeOf(into).Elem()
	if of.Kind() != reflect.Struct || json.Unmarshal(body, &sent) != nil {
		return ""
	}
	for field := range of.Fields() {
		name := field.Tag.Get("json")
		if field.Type.Kind() == reflect.Struct && !strings.Contains(name, ",") && (sent[name] == nil || string(sent[name]) == "null") {
			return name
		}
	}
	return ""
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
