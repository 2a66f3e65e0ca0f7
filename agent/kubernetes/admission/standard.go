package admission

import "fmt"

// What the Pod Security Standards of Kubernetes forbid, each as the expression for a violation: of level baseline or
// restricted, in the pod or in its container c. They are those of Kubernetes 1.36 without what it relaxes for pods in
// user namespaces and for what only Windows lacks.
var (
	baselinePod = []string{
		sharesPID, sharesIPC, sharesNetwork,
		hostProcess("variables.spec"), linux("variables.spec"),
		`variables.spec.?volumes.orValue([]).exists(v, has(v.hostPath))`,
		`variables.spec.?securityContext.?sysctls.orValue([]).exists(s, !(s.name in ` + safeSysctls + `))`,
		`variables.template.?metadata.?annotations.orValue({}).exists(k, ` +
			`k.startsWith("container.apparmor.security.beta.kubernetes.io/") && ` +
			`!variables.template.metadata.annotations[k].matches("^(?:|runtime/default|localhost/.*)$"))`,
	}
	baselineContainer = []string{
		isPrivileged, hostProcess("c"), linux("c"),
		`c.?securityContext.?capabilities.?add.orValue([]).exists(a, !(a in ` + safeCapabilities + `))`,
		`c.?securityContext.?procMount.orValue("Default") != "Default"`,
		`c.?ports.orValue([]).exists(p, p.?hostPort.orValue(0) != 0)`,
		probesHost("livenessProbe"), probesHost("readinessProbe"), probesHost("startupProbe"),
		probesHost("lifecycle.?postStart"), probesHost("lifecycle.?preStop"),
	}
	restrictedPod = []string{
		`variables.spec.?volumes.orValue([]).exists(v, !["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", ` +
			`"persistentVolumeClaim", "projected", "secret"].exists(k, k in v))`,
		`variables.spec.?securityContext.?runAsUser.orValue(-1) == 0`,
	}
	restrictedContainer = []string{
		`!` + neverRoot,
		`c.?securityContext.?runAsUser.orValue(-1) == 0`,
		`(` + notWindows + ` && (c.?securityContext.?allowPrivilegeEscalation.orValue(true) || ` +
			`!("ALL" in c.?securityContext.?capabilities.?drop.orValue([])) || ` +
			`c.?securityContext.?seccompProfile.?type.or(variables.spec.?securityContext.?seccompProfile.?type).orValue("Unconfined") == "Unconfined"))`,
		`c.?securityContext.?capabilities.?add.orValue([]).exists(a, a != "NET_BIND_SERVICE")`,
	}
)

const (
	notWindows  = `variables.spec.?os.?name.orValue("linux") != "windows"`
	safeSysctls = `["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports", ` +
		`"net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout", ` +
		`"net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time", ` +
		`"net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem"]`
	safeCapabilities = `["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", ` +
		`"NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"]`
	safeLabels = `["", "container_engine_t", "container_init_t", "container_kvm_t", "container_t"]`
)

// hostProcess returns the expression for a Windows process of the host, in the security context of a pod or container.
func hostProcess(of string) string {
	return of + `.?securityContext.?windowsOptions.?hostProcess.orValue(false)`
}

// linux returns the expression for a security context of a pod or container that loosens AppArmor, SELinux or seccomp.
func linux(of string) string {
	const form = `(%[1]s.?securityContext.?appArmorProfile.?type.orValue("") == "Unconfined" || ` +
		`%[1]s.?securityContext.?seccompProfile.?type.orValue("") == "Unconfined" || ` +
		`!(%[1]s.?securityContext.?seLinuxOptions.?type.orValue("") in ` + safeLabels + `) || ` +
		`%[1]s.?securityContext.?seLinuxOptions.?user.orValue("") != "" || ` +
		`%[1]s.?securityContext.?seLinuxOptions.?role.orValue("") != "")`
	return fmt.Sprintf(form, of)
}

// probesHost returns the expression for a probe or hook of the container c that asks another host than the pod.
func probesHost(probe string) string {
	return `c.?` + probe + `.?httpGet.?host.orValue("") != "" || c.?` + probe + `.?tcpSocket.?host.orValue("") != ""`
}
