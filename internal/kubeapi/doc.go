// Package kubeapi runs real Kubernetes API servers on this machine, for tests and the demo: the program in
// tools/kubeapi, each server a process of its own.
//
// What it promises:
//
//   - The program is built once for each of its versions and kept outside the tree. Whoever else needs it
//     meanwhile waits for that build.
//   - A server ends with the process that started it, however that ends.
//   - A server that is started on the directory of an earlier one has its address, its keys and its objects,
//     also when the earlier one was killed.
package kubeapi
