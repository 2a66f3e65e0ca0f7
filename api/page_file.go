package api

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// contentTypes are those of the files that the console's build makes. The machine's own table is not asked, so
// that an answer is the same everywhere.
var contentTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/x-icon",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".webmanifest": "application/manifest+json",
	".woff":        "font/woff",
	".woff2":       "font/woff2",
}

// unknownType is the content type of a file that the table does not have.
const unknownType = "application/octet-stream"

// densest are the endings of files that gzip makes no smaller.
var densest = map[string]bool{".ico": true, ".png": true, ".woff": true, ".woff2": true}

// pageFile is one file of the console.
type pageFile struct {
	contentType string
	cache       string
	dense       bool
	read        func() ([]byte, error)
	packed      func() ([]byte, error) // compressed at the first call, and kept
}

func newPageFile(files fs.FS, name string) *pageFile {
	ext := path.Ext(name)
	f := &pageFile{contentType: contentTypes[ext], cache: cacheNever, dense: densest[ext]}
	if f.contentType == "" {
		f.contentType = unknownType
	}
	if strings.HasPrefix(name, assetFolder) {
		f.cache = cacheForever
	}
	f.read = func() ([]byte, error) { return fs.ReadFile(files, name) }
	f.packed = sync.OnceValues(func() ([]byte, error) { return pack(f.read()) })
	return f
}

// pack compresses as well as gzip can: it is done once.
func pack(data []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (f *pageFile) serve(w http.ResponseWriter, r *http.Request) error {
	h, read := w.Header(), f.read
	h.Set("Content-Type", f.contentType)
	if !f.dense {
		h.Set("Vary", "Accept-Encoding")
		if takesGzip(r.Header.Values("Accept-Encoding")) {
			read = f.packed
			h.Set("Content-Encoding", "gzip")
		}
	}
	data, err := read()
	if err != nil {
		h.Del("Content-Encoding")
		http.Error(w, "The file cannot be read now; the server's log says why.", http.StatusInternalServerError)
		return fmt.Errorf("file of the console: %w", err)
	}
	h.Set("Cache-Control", f.cache)
	writePage(w, r, http.StatusOK, data)
	return nil
}

// takesGzip reports whether the values of Accept-Encoding name gzip, and do not refuse it.
func takesGzip(accepted []string) bool {
	for one := range strings.SplitSeq(strings.Join(accepted, ","), ",") {
		coding, weight, _ := strings.Cut(one, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			_, text, weighted := strings.Cut(weight, "=")
			q, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			return !weighted || err == nil && q > 0
		}
	}
	return false
}
