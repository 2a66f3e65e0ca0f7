package main

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/fedhub/fedhub/api/wire"
)

// answer is what a server says to a request that succeeded.
type answer struct {
	body []byte
	head http.Header
}

// answerTo takes the whole answer to a request. One that is not of success is an error, in the server's own words.
func answerTo(r *http.Response, err error) (answer, error) {
	if err != nil {
		return answer{}, explain(err)
	}
	body, err := io.ReadAll(r.Body)
	if err := errors.Join(err, r.Body.Close()); err != nil {
		return answer{}, fmt.Errorf("the server answered %s: %w", r.Status, err)
	}
	if r.StatusCode != http.StatusOK {
		return answer{}, problem(r.Status, body)
	}
	return answer{body, r.Header}, nil
}

// read returns what an answer says, unless there is none.
func read[T any](a answer, err error) (T, error) {
	var v T
	if err != nil {
		return v, err
	}
	if err := json.Unmarshal(a.body, &v); err != nil {
		return v, fmt.Errorf("the server's answer is not one of fedhub's: %w", err)
	}
	return v, nil
}

// problem returns the server's words for a refused or failed request.
func problem(status string, body []byte) error {
	var p wire.Problem
	if err := json.Unmarshal(body, &p); err != nil || p.Message == "" && p.Error == "" {
		return fmt.Errorf("the server answered %s", status)
	}
	if p.Message == "" {
		return errors.New(p.Error)
	}
	return errors.New(p.Message)
}

// explain adds to an error what can be done about it.
func explain(err error) error {
	if unknown, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return fmt.Errorf("%w; give the server's certificate authority with --ca-file", unknown)
	}
	return err
}
