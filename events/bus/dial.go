package bus

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// dial opens a TCP connection to addr, through the HTTP proxy at the given URL if there is one.
func dial(ctx context.Context, addr, proxy string) (net.Conn, error) {
	var d net.Dialer
	if proxy == "" {
		return d.DialContext(ctx, "tcp", addr)
	}
	u, err := url.Parse(proxy)
	if err != nil || u.Hostname() == "" { // its text may hold a password, and so may the error
		return nil, errors.New("proxy: its URL cannot be read; give http://host:port or https://host:port")
	}
	conn, err := dialProxy(ctx, u)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	if err := connectThrough(ctx, conn, u, addr); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// dialProxy opens a connection to the proxy itself.
func dialProxy(ctx context.Context, proxy *url.URL) (net.Conn, error) {
	port := proxy.Port()
	if proxy.Scheme == "https" {
		if port == "" {
			port = "443"
		}
		d := tls.Dialer{Config: &tls.Config{MinVersion: tls.VersionTLS12, ServerName: proxy.Hostname()}}
		return d.DialContext(ctx, "tcp", net.JoinHostPort(proxy.Hostname(), port))
	}
	if port == "" {
		port = "80"
	}
	var d net.Dialer
	return d.DialContext(ctx, "tcp", net.JoinHostPort(proxy.Hostname(), port))
}

// connectThrough asks the proxy at the other end of conn for a tunnel to addr.
func connectThrough(ctx context.Context, conn net.Conn, proxy *url.URL, addr string) (err error) {
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return fmt.Errorf("proxy %s: %w", proxy.Host, err)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodConnect, "http://"+addr, http.NoBody)
	if err != nil {
		return fmt.Errorf("proxy %s: %w", proxy.Host, err)
	}
	if user := proxy.User; user != nil {
		password, _ := user.Password()
		req.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
	if err := req.Write(conn); err != nil {
		return fmt.Errorf("proxy %s: %w", proxy.Host, err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil {
		return fmt.Errorf("proxy %s: %w", proxy.Host, err)
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("proxy %s: %s", proxy.Host, resp.Status)
	}
	return conn.SetDeadline(time.Time{})
}
