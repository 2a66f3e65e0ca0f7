package kubernetes

import "errors"

// errUnread says that rules about the cluster's pods may not be in force for those that are there now.
var errUnread = errors.New("what the cluster consists of cannot be read")
