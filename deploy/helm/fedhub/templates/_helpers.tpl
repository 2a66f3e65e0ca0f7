{{- define "fedhub.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "fedhub.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- /* Helm itself says who manages the objects: app.kubernetes.io/managed-by is not "fedhub", which marks what the
enforcer has written. */ -}}
{{- define "fedhub.metadata" -}}
namespace: {{ .Release.Namespace }}
labels: {{- include "fedhub.labels" . | nindent 2 }}
{{- end -}}

{{- define "fedhub.labels" -}}
{{ include "fedhub.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "fedhub.joinSecret" -}}
{{- .Values.federation.join.existingSecret | default (printf "%s-join-token" (include "fedhub.fullname" .)) -}}
{{- end -}}

{{- define "fedhub.adminSecret" -}}
{{- if .Values.admin.existingSecret -}}
{{- .Values.admin.existingSecret -}}
{{- else if .Values.admin.password -}}
{{- printf "%s-admin" (include "fedhub.fullname" .) -}}
{{- end -}}
{{- end -}}

{{- define "fedhub.address" -}}
{{- .Values.address | default (printf "fed-worker.%s.svc:%v" .Release.Namespace .Values.services.fedWorker.port) -}}
{{- end -}}

{{- /* hostPort joins .host, which may be an IPv6 address, and .port. */ -}}
{{- define "fedhub.hostPort" -}}
{{- if contains ":" .host -}}[{{ .host }}]{{- else -}}{{ .host }}{{- end -}}:{{ .port }}
{{- end -}}
