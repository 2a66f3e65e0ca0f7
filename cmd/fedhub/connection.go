package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/pflag"

	"github.com/fedhub/fedhub/api/wire"
)

// defaultServer is the controller on the same machine.
const defaultServer = "https://127.0.0.1:10443"

// requestPatience bounds one request. A join takes the longest, because two servers take part in it.
const requestPatience = time.Minute

// connection says which server a command speaks to, and as whom.
type connection struct {
	server       string
	caFile       string
	insecure     bool
	username     string
	passwordFile string
	tokenFile    string
}

func (c *connection) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&c.server, "server", defaultServer, "REST address of the controller, as a `URL`")
	flags.StringVar(&c.caFile, "ca-file", "", "`file` with the certificates (PEM) that the server is checked against; the system's if none is given")
	flags.BoolVar(&c.insecure, "insecure", false, "do not check who the server is")
	flags.StringVar(&c.username, "username", "admin", "`name` to log in with")
	flags.StringVar(&c.passwordFile, "password-file", "", "`file` with the password")
	flags.StringVar(&c.tokenFile, "api-token-file", "", "`file` with the token of a session, in place of a password")
}

// client is a session at a server.
type client struct {
	wire.ClientInterface
	base  string
	doer  *http.Client
	login func(ctx context.Context) (string, error)
	token atomic.Value // string
}

// open logs in.
func (c *connection) open(ctx context.Context, stdin io.Reader, stderr io.Writer) (*client, error) {
	if u, err := url.Parse(c.server); err != nil || u.Scheme != "https" || u.Host == "" {
		return nil, badUsage("--server %s: give a URL such as %s", c.server, defaultServer)
	}
	transport, err := c.transport()
	if err != nil {
		return nil, err
	}
	session := &client{
		base: strings.TrimRight(c.server, "/"),
		doer: &http.Client{Transport: &patientTransport{next: transport, stderr: stderr, server: c.server}},
	}
	if session.ClientInterface, err = session.at(session.base); err != nil {
		return nil, err
	}
	if session.login, err = c.credentials(session, stdin); err != nil {
		return nil, err
	}
	return session, session.renew(ctx)
}

// credentials returns what gets the token of a session.
func (c *connection) credentials(session *client, stdin io.Reader) (func(context.Context) (string, error), error) {
	switch {
	case c.tokenFile != "":
		token, err := readSecret(c.tokenFile, stdin)
		return func(context.Context) (string, error) { return token, nil }, err
	case c.passwordFile == "":
		return nil, badUsage("say who you are: give --password-file or --api-token-file")
	}
	password, err := readSecret(c.passwordFile, stdin)
	return func(ctx context.Context) (string, error) {
		text, err := logIn(ctx, session, c.username, password)
		if err != nil {
			return "", fmt.Errorf("log in at %s as %s: %w", c.server, c.username, err)
		}
		return text, nil
	}, err
}

func logIn(ctx context.Context, at wire.ClientInterface, user, password string) (string, error) {
	login, err := read[wire.Login](answerTo(at.Login(ctx, wire.Credentials{Password: wire.Password{Username: user, Password: password}})))
	switch {
	case err != nil:
		return "", err
	case login.Token == nil:
		return "", errors.New("the password is to be changed first: log in once with a new one")
	}
	return login.Token.Token, nil
}

// renew logs in, also when a session is there.
func (c *client) renew(ctx context.Context) error {
	token, err := c.login(ctx)
	if err == nil {
		c.token.Store(token)
	}
	return err
}

// at returns a client for the paths below base, with the session's token.
func (c *client) at(base string) (wire.ClientInterface, error) {
	return wire.NewClient(base, wire.WithHTTPClient(c.doer), wire.WithRequestEditorFn(c.authorize))
}

func (c *client) authorize(_ context.Context, r *http.Request) error {
	if token, ok := c.token.Load().(string); ok {
		r.Header.Set("X-Auth-Token", token)
	}
	return nil
}

func (c *connection) transport() (*http.Transport, error) {
	t := &http.Transport{
		Proxy:             http.ProxyFromEnvironment,
		ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{
			MinVersion:         tls.VersionTLS13,
			InsecureSkipVerify: c.insecure, //nolint:gosec // G402: the operator asked for it by name
		},
	}
	if c.caFile == "" {
		return t, nil
	}
	pem, err := os.ReadFile(c.caFile)
	if err != nil {
		return nil, fmt.Errorf("certificates: %w", err)
	}
	t.TLSClientConfig.RootCAs = x509.NewCertPool()
	if !t.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("certificates: %s has none in PEM", c.caFile)
	}
	return t, nil
}

// readSecret returns the content of a file without the line end that editors leave; "-" is the input.
func readSecret(path string, stdin io.Reader) (string, error) {
	var data []byte
	var err error
	if path == "-" {
		data, err = io.ReadAll(stdin)
	} else {
		data, err = os.ReadFile(path) //nolint:gosec // G304: the operator names the file
	}
	if err != nil {
		return "", err
	}
	secret := string(bytes.TrimRight(data, "\r\n"))
	if secret == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return secret, nil
}
