package admission_test

import "github.com/fedhub/fedhub/events"

// judged is a rule, alone in force, and pod templates that it lets in and refuses.
type judged struct {
	rule   criteria // of a deny rule
	unless criteria // of an exception from one that refuses everything, in place of rule
	of     []string // the containers that the rule is about
	accept []string
	reject []string
}

func one(name, op, value string) criteria { return criteria{criterion(name, op, value)} }

func path(of, valueType, op, value string) events.AdmissionCriterion {
	return events.AdmissionCriterion{Name: "customPath", Type: "customPath", Path: of, ValueType: valueType, Op: op, Value: value}
}

func limit(name, op, value string) criteria {
	return criteria{{Name: "resourceLimit", SubCriteria: criteria{criterion(name, op, value)}}}
}

// The templates of the tests. One that begins with "image" is a container, one with "pod" a pod with a container that
// has no fault; others are whole.
const (
	good     = `image: quay.io/team/app:v1, securityContext: {runAsNonRoot: true}`
	nginx    = `image: nginx`
	labeled  = `{metadata: {labels: {app: shop, tier: front}}, spec: {containers: [{name: a, image: nginx}]}}`
	relabel  = `{metadata: {labels: {app: bank}}, spec: {containers: [{name: a, image: nginx}]}}`
	noted    = `{metadata: {annotations: {owner: ann, team: red}}, spec: {containers: [{name: a, image: nginx}]}}`
	withEnv  = `image: nginx, env: [{name: MODE, value: debug}, {name: LEVEL, value: "3"}]`
	otherEnv = `image: nginx, env: [{name: MODE, value: quiet}]`
	docker   = `{spec: {volumes: [{name: v, hostPath: {path: /var/run/docker.sock}}, {name: w, emptyDir: {}}], ` +
		`containers: [{name: a, image: nginx, volumeMounts: [{name: v, mountPath: /d}, {name: w, mountPath: /w}]}]}}`
	dockerAndEtc = `{spec: {volumes: [{name: v, hostPath: {path: /var/run/docker.sock/}}, {name: e, hostPath: {path: //etc/}}], ` +
		`containers: [{name: a, image: nginx, volumeMounts: [{name: v, mountPath: /d}, {name: e, mountPath: /e}]}]}}`
	unmounted = `{spec: {volumes: [{name: v, hostPath: {path: /etc}}], containers: [{name: a, image: nginx}]}}`
	withInit  = `{spec: {initContainers: [{name: i, image: redis}], containers: [{name: a, image: nginx}]}}`
)

// images are the cases about names of images.
var images = map[string]judged{
	"image containsAny": {
		rule:   one("image", "containsAny", "nginx,team/app"),
		accept: []string{"image: redis", "image: quay.io/other/app", "image: quay.io/team/nginx", "image: mynginx"},
		reject: []string{
			nginx, "image: docker.io/nginx:1.2", "image: docker.io/library/nginx", "image: quay.io/team/app:v1",
			"image: 'nginx@sha256:0123456789012345678901234567890123456789012345678901234567890123'", "image: localhost/nginx",
		},
	},
	"image containsAny with wildcards": {
		rule:   one("image", "containsAny", "quay.io/team/*,*/redis,app?"),
		accept: []string{"image: quay.io/teams/app", "image: nginx", "image: quay.io/redis", "image: app12"},
		reject: []string{"image: quay.io/team/a/b:1", "image: redis", "image: example.com/x/redis:7", "image: app1"},
	},
	"image containsAny with tags": {
		rule:   one("image", "containsAny", "nginx:1.*,redis:latest,https://quay.io/app:v1"),
		accept: []string{"image: nginx", "image: nginx:2.1", "image: redis:7", "image: quay.io/app:v2", "image: app:v1"},
		reject: []string{"image: nginx:1.2", "image: docker.io/nginx:1.", "image: redis", "image: redis:latest", "image: quay.io/app:v1"},
	},
	"image containsAny with a port": {
		rule:   one("image", "containsAny", "reg.example.com:5000/app"),
		accept: []string{"image: reg.example.com/app"}, reject: []string{"image: reg.example.com:5000/app:v1"},
	},
	"image notContainsAny": {
		rule:   one("image", "notContainsAny", "nginx,quay.io/team/*"),
		accept: []string{nginx, good}, reject: []string{"image: redis", withInit},
	},
	"except image containsAny": {
		unless: one("image", "containsAny", "quay.io/team/*"),
		accept: []string{good}, reject: []string{nginx, `{spec: {containers: [{name: a, image: quay.io/team/app}, {name: b, image: redis}]}}`},
	},
	"except image notContainsAny": {unless: one("image", "notContainsAny", "nginx"), accept: []string{good}, reject: []string{nginx}},
	"imageRegistry containsAny": {
		rule:   one("imageRegistry", "containsAny", "docker.io,https://quay.io/,*.example.com"),
		accept: []string{"image: gcr.io/app", "image: example.com/app", "image: localhost/docker.io/app"},
		reject: []string{nginx, "image: team/app", "image: index.docker.io/team/app", "image: quay.io/app", "image: a.example.com/b"},
	},
	"imageRegistry notContainsAny": {
		rule:   one("imageRegistry", "notContainsAny", "quay.io,reg.example.com:5000"),
		accept: []string{good, "image: reg.example.com:5000/a/b:c"}, reject: []string{nginx, "image: reg.example.com/a", "image: example.com/quay.io/a"},
	},
	"except imageRegistry containsAny":    {unless: one("imageRegistry", "containsAny", "index.docker.io"), accept: []string{nginx}, reject: []string{good}},
	"except imageRegistry notContainsAny": {unless: one("imageRegistry", "notContainsAny", "docker.io"), accept: []string{good}, reject: []string{nginx}},
}

// sets are the cases about labels and their like.
var sets = map[string]judged{
	"labels containsAll": {rule: one("labels", "containsAll", "app=sh*,tier"), accept: []string{nginx, relabel}, reject: []string{labeled}},
	"labels containsAny": {rule: one("labels", "containsAny", "app=shop,x"), accept: []string{nginx, relabel}, reject: []string{labeled}},
	"labels notContainsAny": {
		rule:   one("labels", "notContainsAny", "app=b?nk,owner"),
		accept: []string{relabel}, reject: []string{nginx, labeled},
	},
	"labels containsOtherThan": {
		rule:   one("labels", "containsOtherThan", "app=bank,tier"),
		accept: []string{nginx, relabel}, reject: []string{labeled},
	},
	"labels of any name":            {rule: one("labels", "containsAny", "t*r=front"), accept: []string{relabel}, reject: []string{labeled}},
	"annotations containsAll":       {rule: one("annotations", "containsAll", "owner,team"), accept: []string{nginx}, reject: []string{noted}},
	"annotations containsAny":       {rule: one("annotations", "containsAny", "owner=a*"), accept: []string{nginx}, reject: []string{noted}},
	"annotations notContainsAny":    {rule: one("annotations", "notContainsAny", "owner"), accept: []string{noted}, reject: []string{nginx}},
	"annotations containsOtherThan": {rule: one("annotations", "containsOtherThan", "owner"), accept: []string{nginx}, reject: []string{noted}},
	"envVars containsAll":           {rule: one("envVars", "containsAll", "MODE=debug,LEVEL"), accept: []string{nginx, otherEnv}, reject: []string{withEnv}},
	"envVars containsAny":           {rule: one("envVars", "containsAny", "MODE=de*,X"), accept: []string{nginx, otherEnv}, reject: []string{withEnv}},
	"envVars notContainsAny":        {rule: one("envVars", "notContainsAny", "LEVEL"), accept: []string{withEnv}, reject: []string{nginx, otherEnv}},
	"envVars containsOtherThan":     {rule: one("envVars", "containsOtherThan", "MODE"), accept: []string{nginx, otherEnv}, reject: []string{withEnv}},
	"envVars without a value": {
		rule: one("envVars", "containsAny", "MODE="), accept: []string{withEnv},
		reject: []string{"image: nginx, env: [{name: MODE}]", "image: nginx, env: [{name: MODE, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]"},
	},
	"mountVolumes containsAll": {
		rule:   one("mountVolumes", "containsAll", "/var/run/docker.sock,/etc"),
		accept: []string{nginx, docker}, reject: []string{dockerAndEtc},
	},
	"mountVolumes containsAny":    {rule: one("mountVolumes", "containsAny", "/etc,/proc/*"), accept: []string{docker, unmounted}, reject: []string{dockerAndEtc}},
	"mountVolumes notContainsAny": {rule: one("mountVolumes", "notContainsAny", "/var/run/*"), accept: []string{docker}, reject: []string{nginx}},
	"mountVolumes containsOtherThan": {
		rule:   one("mountVolumes", "containsOtherThan", "/var/run/docker.sock"),
		accept: []string{nginx, docker}, reject: []string{dockerAndEtc},
	},
	"except labels containsAll":           {unless: one("labels", "containsAll", "app,tier"), accept: []string{labeled}, reject: []string{relabel}},
	"except labels containsAny":           {unless: one("labels", "containsAny", "app=bank"), accept: []string{relabel}, reject: []string{labeled}},
	"except labels notContainsAny":        {unless: one("labels", "notContainsAny", "tier"), accept: []string{relabel}, reject: []string{labeled}},
	"except labels containsOtherThan":     {unless: one("labels", "containsOtherThan", "app"), accept: []string{labeled}, reject: []string{relabel}},
	"except annotations containsAll":      {unless: one("annotations", "containsAll", "owner"), accept: []string{noted}, reject: []string{nginx}},
	"except annotations containsAny":      {unless: one("annotations", "containsAny", "team=red"), accept: []string{noted}, reject: []string{nginx}},
	"except annotations notContainsAny":   {unless: one("annotations", "notContainsAny", "team"), accept: []string{nginx}, reject: []string{noted}},
	"except annotations other than":       {unless: one("annotations", "containsOtherThan", "team"), accept: []string{noted}, reject: []string{nginx}},
	"except envVars containsAll":          {unless: one("envVars", "containsAll", "MODE"), accept: []string{withEnv}, reject: []string{nginx}},
	"except envVars containsAny":          {unless: one("envVars", "containsAny", "LEVEL=3"), accept: []string{withEnv}, reject: []string{otherEnv}},
	"except envVars notContainsAny":       {unless: one("envVars", "notContainsAny", "LEVEL"), accept: []string{otherEnv}, reject: []string{withEnv}},
	"except envVars containsOtherThan":    {unless: one("envVars", "containsOtherThan", "MODE"), accept: []string{withEnv}, reject: []string{otherEnv}},
	"except mountVolumes containsAll":     {unless: one("mountVolumes", "containsAll", "/etc"), accept: []string{dockerAndEtc}, reject: []string{docker}},
	"except mountVolumes containsAny":     {unless: one("mountVolumes", "containsAny", "/etc,/x"), accept: []string{dockerAndEtc}, reject: []string{unmounted}},
	"except mountVolumes notContainsAny":  {unless: one("mountVolumes", "notContainsAny", "/etc"), accept: []string{docker}, reject: []string{dockerAndEtc}},
	"except mountVolumes other than":      {unless: one("mountVolumes", "containsOtherThan", "/etc"), accept: []string{docker}, reject: []string{unmounted}},
	"except namespace containsAny":        {unless: one("namespace", "containsAny", "test-*,x"), accept: []string{nginx}},
	"except namespace notContainsAny":     {unless: one("namespace", "notContainsAny", "test-*"), reject: []string{nginx}},
	"namespace containsAny":               {rule: one("namespace", "containsAny", "test-*"), reject: []string{nginx}},
	"namespace containsAny others":        {rule: one("namespace", "containsAny", "a,b"), accept: []string{nginx}},
	"namespace notContainsAny":            {rule: one("namespace", "notContainsAny", "a,b"), reject: []string{nginx}},
	"namespace notContainsAny of its own": {rule: one("namespace", "notContainsAny", "a,test-*"), accept: []string{nginx}},
}

// askers are the cases about who asks, who is the administrator of the test: kubernetes-admin of system:masters.
var askers = map[string]judged{
	"user containsAny":                    {rule: one("user", "containsAny", "bob,*admin"), reject: []string{nginx}},
	"user containsAny others":             {rule: one("user", "containsAny", "bob"), accept: []string{nginx}},
	"user notContainsAny":                 {rule: one("user", "notContainsAny", "bob"), reject: []string{nginx}},
	"user regex":                          {rule: one("user", "regex", "^bob$|adm[i]n"), reject: []string{nginx}},
	"user !regex":                         {rule: one("user", "!regex", "^bob$|adm[i]n"), accept: []string{nginx}},
	"userGroups containsAll":              {rule: one("userGroups", "containsAll", "system:masters,system:auth*"), reject: []string{nginx}},
	"userGroups containsAll others":       {rule: one("userGroups", "containsAll", "system:masters,x"), accept: []string{nginx}},
	"userGroups containsAny":              {rule: one("userGroups", "containsAny", "system:masters,x"), reject: []string{nginx}},
	"userGroups notContainsAny":           {rule: one("userGroups", "notContainsAny", "system:masters"), accept: []string{nginx}},
	"userGroups containsOtherThan":        {rule: one("userGroups", "containsOtherThan", "system:*"), accept: []string{nginx}},
	"userGroups containsOtherThan one":    {rule: one("userGroups", "containsOtherThan", "system:masters"), reject: []string{nginx}},
	"userGroups regex":                    {rule: one("userGroups", "regex", "^system:m"), reject: []string{nginx}},
	"userGroups !regex":                   {rule: one("userGroups", "!regex", "^system:m"), accept: []string{nginx}},
	"except user containsAny":             {unless: one("user", "containsAny", "*admin"), accept: []string{nginx}},
	"except user notContainsAny":          {unless: one("user", "notContainsAny", "*admin"), reject: []string{nginx}},
	"except user regex":                   {unless: one("user", "regex", "admin"), accept: []string{nginx}},
	"except user !regex":                  {unless: one("user", "!regex", "admin"), reject: []string{nginx}},
	"except userGroups containsAll":       {unless: one("userGroups", "containsAll", "system:masters,x"), reject: []string{nginx}},
	"except userGroups containsAny":       {unless: one("userGroups", "containsAny", "system:masters,x"), accept: []string{nginx}},
	"except userGroups notContainsAny":    {unless: one("userGroups", "notContainsAny", "x"), accept: []string{nginx}},
	"except userGroups containsOtherThan": {unless: one("userGroups", "containsOtherThan", "system:*"), reject: []string{nginx}},
	"except userGroups regex":             {unless: one("userGroups", "regex", "masters$"), accept: []string{nginx}},
	"except userGroups !regex":            {unless: one("userGroups", "!regex", "masters$"), reject: []string{nginx}},
}
