package kubeapi

import "errors"

// ErrNoSource says that the program must be built, and that this is not fedhub's source tree.
var ErrNoSource = errors.New("no tools/kubeapi here or above: the Kubernetes API server is built from fedhub's source tree")
