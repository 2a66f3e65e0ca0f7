package neuvector

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/fedhub/fedhub/policy"
)

// The ends of rules that are no group of ours, as NeuVector's resources call them.
const (
	endExternal   = "external"
	endNodes      = "nodes"
	endContainers = "containers"
	endIngress    = "Workload:ingress"
)

// How names begin.
const (
	prefixFederal = "fed."                // in the policy
	ownFederal    = "fedhub"              // in NeuVector, of what is federated
	ownLocal      = ownFederal + "-local" // and of the rest
)

// maxNameHash is how many bytes of a hash stand for a name that has no other form.
const maxNameHash = 20

// lowBase32 spells any name in the letters that Kubernetes allows.
var lowBase32 = base32.HexEncoding.WithPadding(base32.NoPadding)

// groupName returns what a group or webhook of the policy is called in NeuVector:
//
//	fed.web         fedhub.web
//	web             fedhub-local.web   one of this cluster's own policy
//	fed.nodes       nodes
//	fed.containers  containers
//	external        external           and other ends of rules that are no groups
//
// No two groups get one name, besides those of all containers and of all nodes, which are the same in both policies.
func groupName(name string) string {
	switch name {
	case policy.FederalNodes:
		return endNodes
	case policy.FederalContainers:
		return endContainers
	case endExternal, endNodes, endContainers, endIngress:
		return name
	}
	own, rest := owner(name)
	return own + "." + rest
}

// owner returns how a name begins in NeuVector, and how it goes on.
func owner(name string) (own, rest string) {
	if rest, is := strings.CutPrefix(name, prefixFederal); is {
		return ownFederal, rest
	}
	return ownLocal, name
}

// resourceName returns what the resource of a group or sensor of the policy is called, and a sensor itself, as
// NeuVector wants it:
//
//	fedhub.web           where Kubernetes takes the name
//	fedhub-x.<base32>    where it does not, as of fed.Web: what stands behind "fed.", in the alphabet base32hex, small
//	fedhub-h.<hash>      where that were too long: the first 20 bytes of its SHA-256; the comment has the name
//
// and the same with fedhub-local.
func resourceName(name string) string {
	own, rest := owner(name)
	for _, form := range []string{own + "." + rest, own + "-x." + strings.ToLower(lowBase32.EncodeToString([]byte(rest)))} {
		if len(validation.IsDNS1123Subdomain(form)) == 0 {
			return form
		}
	}
	sum := sha256.Sum256([]byte(rest))
	return own + "-h." + hex.EncodeToString(sum[:maxNameHash])
}

// sign returns how NeuVector's screens show where something comes from.
func sign(name, comment string) string {
	if comment == "" {
		return name
	}
	return name + ": " + comment
}
