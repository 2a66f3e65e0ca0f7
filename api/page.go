package api

import (
	"bytes"
	"encoding/base64"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/fedhub/fedhub/internal/logkey"
)

// nonceMark stands in the console's index.html where the nonce of an answer comes: the page gives it to the
// style elements that it makes.
const nonceMark = "__CSP_NONCE__"

// nonceSize is the bytes of a nonce, as many as CSP asks for.
const nonceSize = 16

// indexFile is the page that every route of the console begins with.
const indexFile = "index.html"

// assetFolder is where the build puts files with a hash of their content in the name.
const assetFolder = "assets/"

// The caching of the console's files: a name with a hash never means anything else.
const (
	cacheForever = "public, max-age=31536000, immutable"
	cacheNever   = "no-cache"
)

// notBuilt is what a program without a console answers.
const notBuilt = "The console was not built into this program: `make web` builds it. The REST API is there, below /v1.\n"

// pages serves the console: its files, and index.html for what is a route of the page.
type pages struct {
	files  map[string]*pageFile
	random io.Reader
	log    *slog.Logger
}

// newPages returns the console of cfg. Without an index.html it says that it was not built.
func newPages(cfg Config) *pages {
	p := &pages{files: map[string]*pageFile{}, random: cfg.Random, log: cfg.Logger}
	err := fs.WalkDir(cfg.Console, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasPrefix(d.Name(), ".") {
			p.files[name] = newPageFile(cfg.Console, name)
		}
		return err
	})
	if err != nil {
		cfg.Logger.Error("console not whole", slog.Any(logkey.Err, err)) // what was found of it is served
	}
	return p
}

// besidePages hands what is the console's to the console, and everything else to the interface.
func besidePages(console, rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		read := r.Method == http.MethodGet || r.Method == http.MethodHead
		if !read || ForInterface(r.URL.Path) {
			rest.ServeHTTP(w, r)
			return
		}
		console.ServeHTTP(w, r)
	})
}

// ForInterface reports whether a path is the interface's, whether or not there is such a route. All others are
// the console's.
func ForInterface(urlPath string) bool {
	cleaned := path.Clean("/" + urlPath)
	return under(cleaned, "/v1") || under(cleaned, "/v2")
}

func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setShared(w.Header())
	name := strings.TrimPrefix(r.URL.Path, "/")
	file, found := p.files[name]
	switch _, built := p.files[indexFile]; {
	case !built:
		writePlain(w, r, notBuilt)
	case found && name != indexFile:
		p.check(r, file.serve(w, r))
	case !found && isMissingFile(name):
		writePlain(w, r, "There is no such file here.\n")
	default:
		p.check(r, p.serveIndex(w, r))
	}
}

// check logs what is wrong with the program itself, or with the machine's randomness.
func (p *pages) check(r *http.Request, err error) {
	if err != nil {
		p.log.ErrorContext(r.Context(), "page not served", slog.String(logkey.Path, r.URL.Path), slog.Any(logkey.Err, err))
	}
}

// isMissingFile reports whether a name that is no file was meant to be one. Below other folders a dot says
// nothing: names of objects and of clusters have dots, and they stand in the console's paths.
func isMissingFile(name string) bool {
	top := !strings.Contains(name, "/")
	return strings.HasPrefix(name, assetFolder) || top && path.Ext(name) != ""
}

// serveIndex answers with the page, for which the policy for content names a nonce that nobody could foresee.
func (p *pages) serveIndex(w http.ResponseWriter, r *http.Request) error {
	text, err := p.files[indexFile].read()
	var random [nonceSize]byte
	if err == nil {
		_, err = io.ReadFull(p.random, random[:])
	}
	if err != nil {
		http.Error(w, "The console cannot be shown now; the server's log says why.", http.StatusInternalServerError)
		return err
	}
	nonce := base64.StdEncoding.EncodeToString(random[:])
	text = bytes.ReplaceAll(text, []byte(nonceMark), []byte(nonce))
	h := w.Header()
	h.Set("Content-Type", contentTypes[".html"])
	h.Set("Content-Security-Policy", pagePolicy(nonce))
	writePage(w, r, http.StatusOK, text)
	return nil
}

func writePlain(w http.ResponseWriter, r *http.Request, text string) {
	w.Header().Set("Content-Type", contentTypes[".txt"])
	writePage(w, r, http.StatusNotFound, []byte(text))
}

func writePage(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) //nolint:errcheck // the client is gone; nobody is left to tell
	}
}
