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

{{- /* Arguments that say where the report goes. */}}
{{- define "podaudit.outputs" -}}
- --output={{ .Values.scan.format }}
{{- with .Values.pushgateway.url }}
- {{ printf "--push-gateway=%s" . | quote }}
{{- end }}
{{- with .Values.scan.failOn }}
- --fail-on={{ . }}
{{- end }}
{{- end }}

{{- /* The pod, with the arguments of one of the uses: a dict of root, args, token and results. */}}
{{- define "podaudit.pod" -}}
{{- $ := .root -}}
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
  {{- if .results }}
  volumeMounts:
  - name: results
    mountPath: /results
volumes:
- name: results
  persistentVolumeClaim:
    claimName: {{ include "podaudit.claim" $ | quote }}
  {{- end }}
{{- end }}

{{- /* The Job that a schedule makes: a dict of root, args, token and results, and shards of the scan. */}}
{{- define "podaudit.job" -}}
{{- $ := .root -}}
{{- with .shards }}
completionMode: Indexed
completions: {{ . }}
parallelism: {{ . }}
{{- end }}
backoffLimit: {{ $.Values.backoffLimit }}
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
