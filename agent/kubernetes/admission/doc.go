// Package admission translates the admission rules of a policy into ValidatingAdmissionPolicies and their bindings.
// It knows no cluster: the same rules always become the same objects.
//
// What it promises:
//
//   - Every deny rule that is in force is one policy and one binding, named after its number. It carries the
//     exceptions that go before it: a federal one those of the federation, a local one those of both.
//   - A workload is judged container by container, as NeuVector does: it is refused when one of its containers meets a
//     deny rule and none of the exceptions before that.
//   - A rule that says something that the cluster cannot judge is not written at all and is reported as unsupported:
//     half a deny rule would refuse too much, half an exception would let in too much.
//   - Every policy also meets the creation of one ConfigMap, with a text that stands for this very version of it.
package admission
