package main

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/fedhub/fedhub/api/wire"
)

// answer is what the generated client returns for every request.
type answer interface {
	GetJSONDefault() *wire.Problem
	GetBody() []byte
	Status() string
	StatusCode() int
}

// answered returns the answer when it is one of success, and otherwise the server's own words as an error.
func answered[A answer](a A, err error) (A, error) {
	switch {
	case err != nil:
		return a, explain(err)
	case a.StatusCode() == http.StatusOK:
		return a, nil
	}
	return a, problem(a.Status(), a.GetBody())
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
