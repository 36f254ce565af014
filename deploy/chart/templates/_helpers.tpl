{{- define "podaudit.name" -}}
{{- if contains "podaudit" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}{{ printf "%s-podaudit" (.Release.Name | trunc 31 | trimSuffix "-") }}{{ end }}
{{- end }}

{{- define "podaudit.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "podaudit.name" .) }}
{{- end }}

{{- define "podaudit.labels" -}}
app.kubernetes.io/name: podaudit
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- /* The same and some of the user's, which cannot change these: a dict of root and extra. */}}
{{- define "podaudit.labelsWith" -}}
{{- merge (include "podaudit.labels" .root | fromYaml) .extra | toYaml }}
{{- end }}

{{- define "podaudit.claim" -}}
{{- .Values.results.existingClaim | default (include "podaudit.name" .) }}
{{- end }}

{{- /* Arguments that say what is scanned. */}}
{{- define "podaudit.scope" -}}
{{- if eq .Values.rbac.mode "cluster" }}
- --all-namespaces
{{- else }}
{{- range .Values.rbac.namespaces }}
- {{ printf "--namespace=%s" . | quote }}
{{- end }}
{{- end }}
{{- with .Values.scan.selector }}
- {{ printf "--selector=%s" . | quote }}
{{- end }}
{{- end }}

{{- /* Whether the volume of results is there: asked for, or needed. */}}
{{- define "podaudit.results" -}}
{{- if or .Values.results.enabled .Values.sharding.enabled (hasPrefix "new:" .Values.scan.failOn) }}true{{ end }}
{{- end }}

{{- /* Arguments that say what becomes of a report, and where it goes. */}}
{{- define "podaudit.outputs" -}}
- --output={{ .Values.scan.format }}
{{- if include "podaudit.results" . }}
- --output=json=/results/podaudit.json
- {{ printf "--since-last=/results/%s" .Values.results.last | quote }}
{{- end }}
{{- if .Values.exceptions }}
- --exceptions=/etc/podaudit/exceptions.yaml
{{- end }}
{{- if .Values.config }}
- --config=/etc/podaudit/config.yaml
{{- end }}
{{- if .Values.policyReports.enabled }}
- --apply={{ .Values.policyReports.format }}
{{- end }}
{{- with .Values.pushgateway.url }}
- {{ printf "--push-gateway=%s" . | quote }}
{{- end }}
{{- with .Values.scan.failOn }}
- --fail-on={{ . }}
{{- end }}
{{- end }}

{{- /* The pod, with the arguments of one of the uses: a dict of root, args and token, and whether it
has the volume of results and the files of settings. */}}
{{- define "podaudit.pod" -}}
{{- $ := .root -}}
{{- $settings := and .settings (or $.Values.exceptions $.Values.config) -}}
restartPolicy: Never
serviceAccountName: {{ include "podaudit.serviceAccount" $ | quote }}
automountServiceAccountToken: {{ .token }}
enableServiceLinks: false
{{- with $.Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
- name: {{ . | quote }}
{{- end }}
{{- end }}
{{- with $.Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with $.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $.Values.tolerations }}
tolerations:
{{- toYaml . | nindent 0 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  {{- if .results }}
  fsGroup: 65532
  {{- end }}
  seccompProfile:
    type: RuntimeDefault
containers:
- name: podaudit
  image: {{ printf "%s@%s" $.Values.image.repository $.Values.image.digest | quote }}
  imagePullPolicy: {{ $.Values.image.pullPolicy }}
  args:
    {{- .args | trim | nindent 4 }}
  securityContext:
    allowPrivilegeEscalation: false
    capabilities:
      drop: [ALL]
    privileged: false
    readOnlyRootFilesystem: true
  resources:
    {{- toYaml $.Values.resources | nindent 4 }}
  {{- if or .results $settings }}
  volumeMounts:
  {{- end }}
  {{- if .results }}
  - name: results
    mountPath: /results
  {{- end }}
  {{- if $settings }}
  - name: settings
    mountPath: /etc/podaudit
    readOnly: true
  {{- end }}
{{- if or .results $settings }}
volumes:
{{- end }}
{{- if .results }}
- name: results
  persistentVolumeClaim:
    claimName: {{ include "podaudit.claim" $ | quote }}
{{- end }}
{{- if $settings }}
- name: settings
  configMap:
    name: {{ include "podaudit.name" $ }}
{{- end }}
{{- end }}

{{- /* The Job that a schedule makes: what its pod is, and the number of shards of the scan. */}}
{{- define "podaudit.job" -}}
{{- $ := .root -}}
{{- with .shards }}
completionMode: Indexed
completions: {{ . }}
parallelism: {{ . }}
# One that fails for good leaves the others to their end.
backoffLimitPerIndex: {{ $.Values.backoffLimit }}
{{- else }}
backoffLimit: {{ $.Values.backoffLimit }}
{{- end }}
activeDeadlineSeconds: {{ $.Values.activeDeadlineSeconds }}
ttlSecondsAfterFinished: {{ $.Values.ttlSecondsAfterFinished }}
podFailurePolicy:
  rules:
  # A node that is drained is nobody's failure.
  - action: Ignore
    onPodConditions:
    - type: DisruptionTarget
      status: "True"
  # A failing gate (1) and a usage error (2) are the same a second time. What is left is tried
  # again: incomplete (3), runtime error (4), a pod that was killed.
  - action: FailJob
    onExitCodes:
      containerName: podaudit
      operator: In
      values: [1, 2]
template:
  metadata:
    labels:
      {{- merge (dict "app.kubernetes.io/name" "podaudit") $.Values.podLabels | toYaml | nindent 6 }}
    {{- with $.Values.podAnnotations }}
    annotations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
  spec:
    {{- include "podaudit.pod" . | nindent 4 }}
{{- end }}

{{- define "podaudit.schedule" -}}
timeZone: {{ .Values.timeZone | quote }}
suspend: {{ .Values.suspend }}
concurrencyPolicy: Forbid
startingDeadlineSeconds: {{ .Values.startingDeadlineSeconds }}
successfulJobsHistoryLimit: {{ .Values.successfulJobsHistoryLimit }}
failedJobsHistoryLimit: {{ .Values.failedJobsHistoryLimit }}
{{- end }}
