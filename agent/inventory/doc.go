// Package inventory knows what a Kubernetes cluster consists of, and how much there is to worry about in it.
//
// What it promises:
//
//   - It follows the cluster's API and keeps, of each object, what is needed and no more.
//   - Asking it never waits for the API, and costs next to nothing.
//   - What it cannot read is missing, never zero; what it could read before keeps the time that it is of.
//   - An API that is away, or refuses, is tried again for as long as it takes.
package inventory
