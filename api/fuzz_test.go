package api

import (
	"net/url"
	"path"
	"testing"
)

func FuzzVerify(f *testing.F) {
	key := []byte("0123456789abcdef0123456789abcdef")
	f.Add(sessionID{1}.sign(key))
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, token string) {
		id, ok := verify(token, key)
		if ok && id.sign(key) != token {
			t.Errorf("verify accepts %q, which is not how %x is signed", token, id)
		}
	})
}

// FuzzForwardable looks for a path that passes the filter and that some reader takes for a refused one.
func FuzzForwardable(f *testing.F) {
	for _, seed := range []string{"v1/fed/leave", "v1/auth", "v1/fed/member", "v1/../v1/auth", "v1//auth", `v1\auth`, "v1/%61uth"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, rest string) {
		u := &url.URL{Path: "/" + rest}
		if !plainPath(rest) || forwardable(roleAdmin, "POST", u) != nil {
			return
		}
		clean := path.Clean(u.Path)
		if under(clean, "/v1/auth") || under(clean, "/v1/fed") && clean != "/v1/fed/member" || clean != u.Path {
			t.Errorf("%q passes and may be read as %q", rest, clean)
		}
	})
}
