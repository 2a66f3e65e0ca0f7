// Package apply keeps a set of objects in a Kubernetes API as they are to be.
//
// What it promises:
//
//   - An object that is to be there is applied, server side, under a field manager of its own; one that is no longer
//     to be there is removed. What does not carry the ownership labels is never written to and never removed.
//   - What somebody changed or removed is put right as soon as the API tells of it, and reported: what differed, and
//     which field manager did it.
//   - An object counts as in force when the API says so: with a probe, once the probe has met it.
//   - Requests have a rate and a back-off of their own. An API that is slow, absent or refuses leaves no object behind
//     for good: each is tried again until it is as it is to be.
package apply
