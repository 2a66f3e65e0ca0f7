package admission_test

// security are the cases about what containers are allowed.
var security = map[string]judged{
	"runAsPrivileged":       {rule: one("runAsPrivileged", "=", "true"), accept: []string{nginx, good}, reject: []string{secured("privileged: true")}},
	"runAsPrivileged false": {rule: one("runAsPrivileged", "=", "false"), accept: []string{secured("privileged: true")}, reject: []string{nginx}},
	"runAsRoot": {
		rule:   one("runAsRoot", "=", "true"),
		accept: []string{good, secured("runAsUser: 5"), podContext("runAsUser: 5", ""), podContext("runAsNonRoot: true", ""), podContext("runAsUser: 0", "runAsUser: 7")},
		reject: []string{nginx, secured("runAsUser: 0"), podContext("runAsUser: 0", ""), podContext("runAsUser: 5", "runAsUser: 0")},
	},
	"runAsRoot false": {
		rule:   one("runAsRoot", "=", "false"),
		accept: []string{secured("runAsUser: 0"), podContext("runAsUser: 0", "")}, reject: []string{nginx, secured("runAsUser: 5"), good},
	},
	"allowPrivEscalation": {
		rule: one("allowPrivEscalation", "=", "true"), accept: []string{nginx, secured("allowPrivilegeEscalation: false")},
		reject: []string{secured("allowPrivilegeEscalation: true"), secured("privileged: true"), secured("capabilities: {add: [SYS_ADMIN]}")},
	},
	"sharePidWithHost":       {rule: one("sharePidWithHost", "=", "true"), accept: []string{nginx, "pod: hostIPC: true"}, reject: []string{"pod: hostPID: true"}},
	"sharePidWithHost false": {rule: one("sharePidWithHost", "=", "false"), accept: []string{"pod: hostPID: true"}, reject: []string{nginx}},
	"shareIpcWithHost":       {rule: one("shareIpcWithHost", "=", "true"), accept: []string{nginx, "pod: hostPID: true"}, reject: []string{"pod: hostIPC: true"}},
	"shareNetWithHost":       {rule: one("shareNetWithHost", "=", "true"), accept: []string{nginx}, reject: []string{"pod: hostNetwork: true"}},
	"two namespaces of the host": {
		rule:   criteria{criterion("shareIpcWithHost", "=", "true"), criterion("shareNetWithHost", "=", "true")},
		accept: []string{nginx, "pod: hostPID: true"}, reject: []string{"pod: hostIPC: true", "pod: hostNetwork: true"},
	},
	"pspCompliance": {
		rule: one("pspCompliance", "=", "true"), accept: []string{good},
		reject: []string{
			nginx, "pod: hostPID: true", "pod: hostIPC: true", "pod: hostNetwork: true",
			secured("runAsUser: 5, privileged: true"), secured("runAsUser: 5, allowPrivilegeEscalation: true"),
		},
	},
	"violatePssPolicy baseline": {
		rule: one("violatePssPolicy", "=", "baseline"), accept: []string{
			nginx, good,
			secured("capabilities: {add: [CHOWN, NET_BIND_SERVICE]}"), secured("seccompProfile: {type: RuntimeDefault}"),
			podContext("sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}]", ""), secured("seLinuxOptions: {type: container_t, level: s0}"),
			"image: nginx, ports: [{containerPort: 80}]", "image: nginx, livenessProbe: {httpGet: {port: 80}}",
		},
		reject: violations,
	},
	"violatePssPolicy restricted": {
		rule:   one("violatePssPolicy", "=", "restricted"),
		accept: []string{restricted, restrictedPod, windows, secured("runAsNonRoot: true, " + hardened)},
		reject: append([]string{
			nginx, good, secured("runAsNonRoot: true, runAsUser: 0, " + hardened),
			secured("runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}"),
			secured("runAsNonRoot: true, allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault}"),
			secured("runAsNonRoot: true, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}"),
			secured(hardened),
			secured("runAsNonRoot: true, allowPrivilegeEscalation: false, seccompProfile: {type: RuntimeDefault}, capabilities: {drop: [ALL], add: [CHOWN]}"),
			`{spec: {volumes: [{name: v, nfs: {server: a, path: /b}}], containers: [{name: a, image: nginx, securityContext: {runAsNonRoot: true, ` + hardened + `}}]}}`,
			`{spec: {initContainers: [{name: i, image: x}], containers: [{name: a, image: nginx, securityContext: {runAsNonRoot: true, ` + hardened + `}}]}}`,
		}, violations...),
	},
	"envVarSecrets": {
		rule: one("envVarSecrets", "=", "true"), accept: []string{
			nginx, withEnv, "image: nginx, env: [{name: PASSWORD_FILE, value: /etc/password}]",
			"image: nginx, env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: a, key: b}}}]", "image: nginx, env: [{name: TOKEN, value: $(OTHER_TOKEN)}]",
		},
		reject: secrets,
	},
	"envVarSecrets false":         {rule: one("envVarSecrets", "=", "false"), accept: []string{withEnv}, reject: secrets[:1]},
	"except envVarSecrets":        {unless: one("envVarSecrets", "=", "true"), accept: secrets[:1], reject: []string{withEnv}},
	"except envVarSecrets false":  {unless: one("envVarSecrets", "=", "false"), accept: []string{withEnv}, reject: secrets[:1]},
	"except runAsPrivileged":      {unless: one("runAsPrivileged", "=", "true"), accept: []string{secured("privileged: true")}, reject: []string{nginx}},
	"except runAsPrivileged not":  {unless: one("runAsPrivileged", "=", "false"), accept: []string{nginx}, reject: []string{secured("privileged: true")}},
	"except runAsRoot":            {unless: one("runAsRoot", "=", "true"), accept: []string{secured("runAsUser: 0")}, reject: []string{nginx, good}},
	"except runAsRoot not":        {unless: one("runAsRoot", "=", "false"), accept: []string{good}, reject: []string{nginx, secured("runAsUser: 0")}},
	"all of different criteria":   {rule: criteria{criterion("image", "containsAny", "nginx"), criterion("sharePidWithHost", "=", "true")}, accept: []string{nginx, "pod: hostPID: true"}, reject: []string{`{spec: {hostPID: true, containers: [{name: a, image: nginx}]}}`}},
	"all of them in a container":  {rule: criteria{criterion("image", "containsAny", "nginx"), criterion("runAsPrivileged", "=", "true")}, accept: []string{`{spec: {containers: [{name: a, image: nginx}, {name: b, image: redis, securityContext: {privileged: true}}]}}`}, reject: []string{`{spec: {containers: [{name: b, image: redis}, {name: a, image: nginx, securityContext: {privileged: true}}]}}`}},
	"any of the same criterion":   {rule: criteria{criterion("image", "containsAny", "nginx"), criterion("image", "containsAny", "redis")}, accept: []string{good}, reject: []string{nginx, "image: redis"}},
	"none of the same criterion":  {rule: criteria{criterion("image", "notContainsAny", "nginx"), criterion("image", "notContainsAny", "redis")}, accept: []string{nginx, "image: redis"}, reject: []string{good}},
	"only containers":             {rule: one("image", "containsAny", "redis"), of: []string{"containers"}, accept: []string{withInit}, reject: []string{"image: redis"}},
	"only init containers":        {rule: one("image", "containsAny", "redis"), of: []string{"init_containers"}, accept: []string{"image: redis"}, reject: []string{withInit}},
	"all containers":              {rule: one("image", "containsAny", "redis"), reject: []string{"image: redis", withInit}},
	"except only init containers": {unless: one("image", "containsAny", "nginx,redis"), of: []string{"init_containers"}, reject: []string{withInit, "image: redis"}},
	"except only containers":      {unless: one("image", "containsAny", "nginx,redis"), of: []string{"containers"}, accept: []string{nginx}, reject: []string{withInit}},
	"except containers of two kinds": {
		unless: one("image", "containsAny", "nginx,redis"), of: []string{"init_containers", "containers"},
		accept: []string{withInit}, reject: []string{good},
	},
}

const (
	hardened      = `allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}`
	restricted    = `image: nginx, securityContext: {runAsNonRoot: true, ` + hardened + `}`
	restrictedPod = `{spec: {securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, volumes: [{name: v, emptyDir: {}}, {name: s, secret: {secretName: x}}], ` +
		`containers: [{name: a, image: nginx, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}}]}}`
	unmasked = `{spec: {hostUsers: false, containers: [{name: a, image: nginx, securityContext: {procMount: Unmasked}}]}}`
	windows  = `{spec: {os: {name: windows}, securityContext: {runAsNonRoot: true}, containers: [{name: a, image: nginx}]}}`
)

// secured returns a container with a security context.
func secured(text string) string { return "image: nginx, securityContext: {" + text + "}" }

// podContext returns a template with a security context of the pod and of its container.
func podContext(pod, container string) string {
	return "{spec: {securityContext: {" + pod + "}, containers: [{name: a, image: nginx, securityContext: {" + container + "}}]}}"
}

// violations are what the baseline of the Pod Security Standards forbids.
var violations = []string{
	"pod: hostPID: true", "pod: hostIPC: true", "pod: hostNetwork: true",
	secured("privileged: true"), secured("capabilities: {add: [SYS_TIME]}"), unmasked,
	secured("seccompProfile: {type: Unconfined}"), podContext("seccompProfile: {type: Unconfined}", ""),
	secured("appArmorProfile: {type: Unconfined}"), podContext("appArmorProfile: {type: Unconfined}", ""),
	secured("seLinuxOptions: {type: spc_t}"), secured("seLinuxOptions: {user: x}"), podContext("seLinuxOptions: {role: x}", ""),
	podContext("sysctls: [{name: kernel.msgmax, value: '1'}]", ""), unmounted,
	"image: nginx, ports: [{containerPort: 80, hostPort: 80}]", "image: nginx, livenessProbe: {httpGet: {host: example.com, port: 80}}",
	"image: nginx, lifecycle: {preStop: {httpGet: {host: example.com, port: 80}}}", "image: nginx, startupProbe: {tcpSocket: {host: a, port: 80}}",
	`{spec: {hostNetwork: true, securityContext: {windowsOptions: {hostProcess: true}, runAsNonRoot: true}, containers: [{name: a, image: nginx}]}}`,
	`{spec: {initContainers: [{name: i, image: x, securityContext: {privileged: true}}], containers: [{name: a, image: nginx}]}}`,
}

func variable(name, value string) string {
	return "image: nginx, env: [{name: " + name + ", value: '" + value + "'}]"
}

// secrets are made up.
var secrets = []string{
	variable("DB_PASSWORD", "hunter2hunter2"), variable("A", "-----BEGIN RSA PRIVATE KEY-----"), variable("A", "AKIA0123456789ABCDEF"),
	variable("A", "ghp_0123456789012345678901234567890123456789"), variable("A", "postgres://bob:hunter2@db/shop"),
	variable("API-KEY", "0123456789"), variable("A", "https://hooks.slack.com/services/T0/B0/0"),
}
