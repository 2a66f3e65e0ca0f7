// Package kubetest gives a test a real Kubernetes API: etcd, kube-apiserver and a few controllers in a
// process of their own. Objects are validated, admission policies decide, RBAC forbids; no node runs a pod.
//
// What it promises:
//
//   - Everything ends with the test, or with the test binary if it is shared, and its files are removed.
//   - A server that is stopped or killed and started again has the same address, keys and objects.
//   - Clients are not throttled, and those that were made with a Config leave no connection behind when the
//     last test has ended that uses the API.
package kubetest
