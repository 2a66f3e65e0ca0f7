package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/fedhub/fedhub/api/wire"
)

// changeFile is a request for a change as people write it.
type changeFile struct {
	wire.ChangeRequest
	Edits []editInFile `json:"edits"`
}

// editInFile is an edit whose name may be a number.
type editInFile struct {
	wire.Edit
	Name *editName `json:"name,omitempty"`
}

// editName is a name, or a number that stands for itself.
type editName string

// UnmarshalJSON implements [json.Unmarshaler].
func (n *editName) UnmarshalJSON(data []byte) error {
	var number json.Number
	if err := json.Unmarshal(data, &number); err == nil {
		*n = editName(number)
		return nil
	}
	return json.Unmarshal(data, (*string)(n))
}

// readChange reads a list of edits, or a request that has one.
func readChange(path string, stdin io.Reader) (wire.ChangeRequest, error) {
	data, err := readInput(path, stdin)
	if err != nil {
		return wire.ChangeRequest{}, err
	}
	if data, err = toJSON(data); err != nil {
		return wire.ChangeRequest{}, fmt.Errorf("%s: %w", path, err)
	}
	var file changeFile
	if bytes.HasPrefix(data, []byte("[")) {
		err = decodeStrictly(data, &file.Edits)
	} else {
		err = decodeStrictly(data, &file)
	}
	if err != nil {
		return wire.ChangeRequest{}, fmt.Errorf("%s: %w; give a list of edits, each with op, kind, name, object and after", path, err)
	}
	request := file.ChangeRequest
	request.Edits = []wire.Edit{}
	for _, e := range file.Edits {
		e.Edit.Name = (*string)(e.Name)
		request.Edits = append(request.Edits, e.Edit)
	}
	return request, nil
}
