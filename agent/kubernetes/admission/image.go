package admission

import (
	"regexp"
	"slices"
	"strings"
)

// dockerHubs are the names of the registry of images that name none. The first is the usual one.
var dockerHubs = []string{"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"}

// wholeImage is a list of one text: the name of the image of the container c with its registry and, for an official
// image of Docker Hub, "library/", which may be left out of names.
const wholeImage = `[c.image.matches("^(?:localhost|[^/]*[.:][^/]*)/") ? c.image : "docker.io/" + c.image]` +
	`.map(i, i.matches("^(?:index[.]docker[.]io|registry-1[.]docker[.]io|registry[.]hub[.]docker[.]com)/") ? ` +
	`"docker.io" + i.substring(i.indexOf("/")) : i)` +
	`.map(i, i.matches("^docker[.]io/[^/]*$") ? "docker.io/library" + i.substring(9) : i)`

// What stands for wildcards in the parts of an image's name.
const (
	inHost   = "[^/]"
	inName   = "[^:@]"
	inTag    = "[^@]"
	inDigest = "."
)

// isImage is how a whole name of an image fits "nginx", "nginx:1.*", "quay.io/team/*" and their like: a value without a
// registry fits in all of them, one without a tag whatever the tag.
func isImage(x string, values []string) string {
	patterns := make([]string, len(values))
	for i, value := range values {
		patterns[i] = imagePattern(value)
	}
	return matches(x, patterns)
}

// isRegistry is how a whole name of an image fits a registry. What stands behind the host is the beginning of names.
func isRegistry(x string, values []string) string {
	patterns := make([]string, len(values))
	for i, value := range values {
		host, path, _ := strings.Cut(strings.TrimSuffix(withoutScheme(value), "/"), "/")
		patterns[i] = hostPattern(host) + "/"
		if path != "" {
			patterns[i] += glob(path, inHost) + "/"
		}
		patterns[i] += ".*"
	}
	return matches(x, patterns)
}

func withoutScheme(value string) string {
	if _, rest, found := strings.Cut(value, "://"); found {
		return rest
	}
	return value
}

// imageHost is the part of an image's name that can only be a registry.
var imageHost = regexp.MustCompile(`^(?:localhost|[^/]*[.:][^/]*)/`)

func imagePattern(value string) string {
	value = withoutScheme(value)
	value, digest, pinned := strings.Cut(value, "@")
	host := imageHost.FindString(value)
	name := value[len(host):]
	tag := ""
	if i := strings.LastIndex(name, ":"); i > strings.LastIndex(name, "/") {
		name, tag = name[:i], name[i+1:]
	}
	out := "(?:docker[.]io/library|" + inHost + "+)/"
	if host != "" {
		host = strings.TrimSuffix(host, "/")
		out = hostPattern(host) + "/"
		if isHub(host) && !strings.Contains(name, "/") {
			out += "(?:library/)?"
		}
	}
	if name == "" { // the value ends with the registry
		return out + ".*"
	}
	return out + glob(strings.ToLower(name), inName) + tagPattern(tag, digest, pinned)
}

// tagPattern returns what may stand behind the name. An image without a tag and a digest has the tag "latest".
func tagPattern(tag, digest string, pinned bool) string {
	switch {
	case pinned:
		return "(?::" + inTag + "*)?@" + glob(digest, inDigest)
	case tag == "":
		return "(?:[:@].*)?"
	}
	out := ":" + glob(tag, inTag) + "(?:@.*)?"
	if regexp.MustCompile("^" + glob(tag, inTag) + "$").MatchString("latest") {
		return "(?:" + out + ")?"
	}
	return out
}

func hostPattern(host string) string {
	if isHub(host) {
		return "(?i:docker[.]io|" + glob(host, inHost) + ")"
	}
	return "(?i:" + glob(host, inHost) + ")"
}

// isHub reports whether a host, maybe with wildcards, is one of Docker Hub.
func isHub(host string) bool {
	pattern := regexp.MustCompile("^(?i:" + glob(host, inHost) + ")$")
	return slices.ContainsFunc(dockerHubs, pattern.MatchString)
}
