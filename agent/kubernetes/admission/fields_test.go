package admission_test

// amounts are the cases about requests and limits.
var amounts = map[string]judged{
	"cpuLimit above": {
		rule: limit("cpuLimit", ">", "1"), accept: []string{nginx, limits("cpu: 1"), limits("cpu: 999m")},
		reject: []string{limits("cpu: 1001m"), limits("cpu: 2")},
	},
	"cpuLimit below": {
		rule: limit("cpuLimit", "<=", "500m"), accept: []string{limits("cpu: 0.5"), limits("cpu: 2")},
		reject: []string{nginx, limits("cpu: 499m"), limits("memory: 1Gi")},
	},
	"cpuRequest above":    {rule: limit("cpuRequest", ">", "1"), accept: []string{nginx, asks("cpu: 1", "cpu: 3")}, reject: []string{asks("cpu: 2", ""), limits("cpu: 2")}},
	"cpuRequest below":    {rule: limit("cpuRequest", "<=", "1"), accept: []string{asks("cpu: 1", ""), limits("cpu: 1")}, reject: []string{nginx, asks("cpu: 0.9", "cpu: 3")}},
	"memoryLimit above":   {rule: limit("memoryLimit", ">", "1Gi"), accept: []string{nginx, limits("memory: 1024Mi")}, reject: []string{limits("memory: 1025Mi")}},
	"memoryLimit below":   {rule: limit("memoryLimit", "<=", "1Gi"), accept: []string{limits("memory: 1Gi")}, reject: []string{nginx, limits("memory: 1G")}},
	"memoryRequest above": {rule: limit("memoryRequest", ">", "1M"), accept: []string{nginx, asks("memory: 1M", "")}, reject: []string{asks("memory: 1Mi", "")}},
	"memoryRequest below": {rule: limit("memoryRequest", "<=", "1M"), accept: []string{asks("memory: 1M", "")}, reject: []string{nginx, asks("memory: 1k", "memory: 2M")}},
	"cpu or memory": {
		rule:   criteria{{Name: "resourceLimit", SubCriteria: criteria{criterion("cpuLimit", ">", "1"), criterion("memoryLimit", ">", "1G")}}},
		accept: []string{nginx}, reject: []string{limits("cpu: 2"), limits("memory: 2G")},
	},
}

func limits(text string) string { return "image: nginx, resources: {limits: {" + text + "}}" }

func asks(requests, limits string) string {
	return "image: nginx, resources: {requests: {" + requests + "}, limits: {" + limits + "}}"
}

const (
	imagePath   = "item.spec.containers[_].image"
	rootPath    = "item.spec.containers[_].securityContext.runAsNonRoot"
	argsPath    = "item.spec.containers[_].args[_]"
	gracePath   = "item.spec.terminationGracePeriodSeconds"
	networkPath = "item.spec.hostNetwork"
	withArgs    = "image: nginx, args: [serve, --debug]"
	grace7      = "pod: terminationGracePeriodSeconds: 7"
)

// paths are the cases about fields of one's own.
var paths = map[string]judged{
	"key exist": {rule: criteria{path(rootPath, "key", "exist", "")}, accept: []string{nginx, secured("runAsUser: 1")}, reject: []string{good, secured("runAsNonRoot: false")}},
	"key notExist": {
		rule: criteria{path(rootPath, "key", "notExist", "")}, accept: []string{good},
		reject: []string{nginx, secured("runAsUser: 1"), `{spec: {containers: [{name: a, ` + good + `}, {name: b, image: nginx}]}}`},
	},
	"key exist behind a slash": {
		rule:   criteria{path("item.metadata.annotations.example/owner", "key", "exist", "")},
		accept: []string{nginx, noted}, reject: []string{`{metadata: {annotations: {example/owner: ann}}, spec: {containers: [{name: a, image: nginx}]}}`},
	},
	"key notExist of a list":   {rule: criteria{path("item.spec.initContainers[_]", "key", "notExist", "")}, accept: []string{withInit}, reject: []string{nginx}},
	"key exist through a text": {rule: criteria{path("item.spec.containers[_].image.x", "key", "exist", "")}, accept: []string{nginx}},
	"key exist without a list": {rule: criteria{path("item.spec.containers.image", "key", "exist", "")}, accept: []string{nginx}},
	"key exist in a list":      {rule: criteria{path("item.spec.hostNetwork[_].x", "key", "exist", "")}, accept: []string{"pod: hostNetwork: true"}},
	"string exist":             {rule: criteria{path(argsPath, "string", "exist", "")}, accept: []string{nginx}, reject: []string{withArgs}},
	"string notExist":          {rule: criteria{path(argsPath, "string", "notExist", "")}, accept: []string{withArgs}, reject: []string{nginx}},
	"string containsAll":       {rule: criteria{path(argsPath, "string", "containsAll", "serve,--d*")}, accept: []string{nginx, "image: nginx, args: [serve]"}, reject: []string{withArgs}},
	"string containsAny":       {rule: criteria{path(imagePath, "string", "containsAny", "nginx,redis:*")}, accept: []string{good, "image: redis"}, reject: []string{nginx, "image: redis:7"}},
	"string containsAny, list": {rule: criteria{path(argsPath, "string", "containsAny", "--debug")}, accept: []string{nginx, "image: nginx, args: [a]"}, reject: []string{withArgs}},
	"string notContainsAny":    {rule: criteria{path(argsPath, "string", "notContainsAny", "--debug")}, accept: []string{nginx, withArgs}, reject: []string{"image: nginx, args: [a]"}},
	"string containsOtherThan": {rule: criteria{path(imagePath, "string", "containsOtherThan", "nginx")}, accept: []string{nginx}, reject: []string{good}},
	"string of a number":       {rule: criteria{path(gracePath, "string", "containsAny", "7")}, accept: []string{grace7}},
	"number exist":             {rule: criteria{path(gracePath, "number", "exist", "")}, reject: []string{grace7, nginx}},
	"number notExist":          {rule: criteria{path("item.spec.activeDeadlineSeconds", "number", "notExist", "")}, accept: []string{"pod: activeDeadlineSeconds: 5"}, reject: []string{nginx}},
	"number =":                 {rule: criteria{path(gracePath, "number", "=", "7")}, accept: []string{nginx}, reject: []string{grace7}},
	"number !=":                {rule: criteria{path(gracePath, "number", "!=", "7")}, accept: []string{grace7}, reject: []string{nginx}},
	"number >=":                {rule: criteria{path(gracePath, "number", ">=", "30")}, accept: []string{grace7}, reject: []string{nginx}},
	"number >":                 {rule: criteria{path(gracePath, "number", ">", "7.5")}, accept: []string{grace7}, reject: []string{nginx}},
	"number <=":                {rule: criteria{path(gracePath, "number", "<=", "7")}, accept: []string{nginx}, reject: []string{grace7}},
	"number below zero":        {rule: criteria{path(gracePath, "number", "<=", "-7.5")}, accept: []string{nginx, grace7}},
	"boolean exist":            {rule: criteria{path(networkPath, "boolean", "exist", "")}, accept: []string{nginx}, reject: []string{"pod: hostNetwork: true"}},
	"boolean notExist":         {rule: criteria{path(networkPath, "boolean", "notExist", "")}, accept: []string{"pod: hostNetwork: true"}, reject: []string{nginx}},
	"boolean =":                {rule: criteria{path(networkPath, "boolean", "=", "true")}, accept: []string{nginx}, reject: []string{"pod: hostNetwork: true"}},
	"boolean = false":          {rule: criteria{path(rootPath, "boolean", "=", "false")}, accept: []string{nginx, good}, reject: []string{secured("runAsNonRoot: false")}},
	"boolean of a text":        {rule: criteria{path(imagePath, "boolean", "=", "true")}, accept: []string{nginx}},
	"two paths":                {rule: criteria{path(imagePath, "string", "containsAny", "nginx"), path(networkPath, "boolean", "=", "true")}, accept: []string{nginx}, reject: []string{`{spec: {hostNetwork: true, containers: [{name: a, image: nginx}]}}`}},
	"a path and a container":   {rule: criteria{path(networkPath, "boolean", "=", "true"), criterion("image", "containsAny", "nginx")}, accept: []string{"pod: hostNetwork: true"}},
}

// roles are the cases about service accounts, which the test binds to roles: the account "view-secret" and so on.
var roles = map[string]judged{
	"view secrets": risk("risky_role_view_secret", "get-secrets", "watch-secrets"),
	"any on pods":  risk("risky_role_any_action_workload", "any-pods", "any-jobs"),
	"any on roles": risk("risky_role_any_action_rbac", "any-roles", "any-clusterrolebindings"),
	"create pods":  risk("risky_role_create_pod", "create-pods", "create-cronjobs", "any-pods"),
	"exec":         risk("risky_role_exec_into_container", "create-exec"),
	"any of all five": risk("risky_role_exec_into_container,risky_role_view_secret,risky_role_any_action_workload,risky_role_any_action_rbac,risky_role_create_pod",
		"get-secrets", "any-pods", "any-roles", "create-pods", "create-exec"),
}

func risk(tags string, accounts ...string) judged {
	out := judged{rule: criteria{{Name: "saBindRiskyRole", Type: "saBindRiskyRole", Op: "containsTagAny", Value: tags}}}
	out.accept = []string{nginx, "pod: serviceAccountName: list-pods"}
	for _, account := range accounts {
		out.reject = append(out.reject, "pod: serviceAccountName: "+account)
	}
	return out
}

// permissions are what the accounts of the cases may do: verb, group, resource.
var permissions = map[string][3]string{
	"list-pods":               {"list", "", "pods"},
	"get-secrets":             {"get", "", "secrets"},
	"watch-secrets":           {"watch", "", "secrets"},
	"any-pods":                {"*", "", "pods"},
	"any-jobs":                {"*", "batch", "jobs"},
	"any-roles":               {"*", "rbac.authorization.k8s.io", "roles"},
	"any-clusterrolebindings": {"*", "rbac.authorization.k8s.io", "clusterrolebindings"},
	"create-pods":             {"create", "", "pods"},
	"create-cronjobs":         {"create", "batch", "cronjobs"},
	"create-exec":             {"create", "", "pods/exec"},
}

// classes are the cases about claims, whose templates are names of storage classes.
var classes = map[string]judged{
	"storageClassName containsAny":    {rule: one("storageClassName", "containsAny", "slow,cheap-*"), accept: []string{"class: fast", "class: "}, reject: []string{"class: slow", "class: cheap-1"}},
	"storageClassName notContainsAny": {rule: one("storageClassName", "notContainsAny", "fast"), accept: []string{"class: fast"}, reject: []string{"class: slow", "class: "}},
	"in a namespace":                  {rule: criteria{criterion("storageClassName", "containsAny", "slow"), criterion("namespace", "containsAny", "other")}, accept: []string{"class: slow"}},
	"in this namespace":               {rule: criteria{criterion("storageClassName", "containsAny", "slow"), criterion("namespace", "containsAny", "test-*")}, accept: []string{"class: fast"}, reject: []string{"class: slow"}},
}
