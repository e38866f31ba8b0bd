/** Rules, series and templates that reach as much as possible of what rules can do. */

export const SERIES = `
      - {series: 'up{job="a", instance="a.example.org:9090"}', values: '1x4 0x8 1x3 0x2 1x30'}
      - {series: 'up{job="a", instance="[2001:db8::1]:80"}', values: '1 0x40'}
      - {series: 'up{job="b", instance="192.0.2.1:9100"}', values: '1 0 1 0 1 0 0 0 1 0 0 0 0 1x10 _x3 0 0 stale'}
      - {series: 'latency_seconds{path="/"}', values: '0.1+0.05x20 1-0.1x9 0.01x10'}
      - {series: 'latency_seconds{path="/slow \\"x\\""}', values: '5+1.5x40'}
      - {series: 'value{n="whole"}', values: '0 1 -1 60 3600 86400 1234567 1e9 1e18 -90061 2048 1048576 12'}
      - {series: 'value{n="fraction"}', values: '0.5 0.1 0.0001 0.12345 1.2345 12.345 60.5 899.99 1e-9 -0.22222 3.14159 2.5 0.125'}
      - {series: 'value{n="odd"}', values: 'NaN Inf -Inf 1435065584.128 1e17 1e-300 -0.5 123456.789 999.95 1023.9 0.99999 7 1e5'}
`;

export const RULES = `
groups:
  - name: recording
    rules:
      - {record: 'job:up:count', expr: sum by (job) (up)}
      - {record: chained, expr: 'job:up:count * 10', labels: {source: chain}}
  - name: alerts
    rules:
      - alert: Down
        expr: up == 0
        for: 3m
        labels: {severity: page, job: 'over {{ $labels.job }}', empty: ''}
        annotations:
          summary: '{{ $labels.instance }} has been down'
          value: '{{ $value }} {{ .Value }} {{ .Labels.job }} {{ $externalURL }}'
      - alert: Flapping
        expr: changes(up[570s]) > 3
        keep_firing_for: 4m
        annotations: {summary: '{{ printf "%.1f" $value }} changes'}
      - alert: Slow
        expr: latency_seconds > 0.5
        for: 2m
        keep_firing_for: 3m
        labels: {severity: '{{ if gt $value 5.0 }}page{{ else }}warning{{ end }}'}
        annotations: {summary: '{{ $value | humanizeDuration }} on {{ $labels.path }}'}
      - alert: Templated
        expr: sum by (job) (up) < 2
        annotations:
          others: '{{ range query "up == 0" | sortByLabel "instance" }}{{ .Labels.instance | stripPort }}={{ .Value }} {{ end }}'
          first: '{{ with query "job:up:count" | sortByLabel "job" }}{{ . | first | value }}{{ . | first | label "job" }}{{ end }}'
      - alert: Nested
        expr: count by (alertname) (ALERTS{alertname="Down", alertstate="firing"})
        annotations:
          list: '{{ range $i, $a := query "ALERTS{alertname=\\"Down\\"}" | sortByLabel "instance" }}{{ if $i }}, {{ end }}{{ $a.Labels.instance }}{{ end }}'
`;

export const ALERT_TEMPLATES: readonly string[] = [
  '{{ $value }}|{{ humanize $value }}|{{ humanize1024 $value }}|{{ humanizeDuration $value }}|{{ humanizePercentage $value }}',
  '{{ printf "%v|%g|%f|%e|%.2f|%.3g|%8.1f|%-8.0f|%+.1f|%08.2f|%s|%d" $value $value $value $value $value $value $value $value $value $value $value $value }}',
  '{{ printf "%q|%s|%10s|%-10s|%.2s|%x|%T|%v|%t" $labels.n $labels.n $labels.n $labels.n $labels.n $labels.n $labels.n $labels.n true }}',
  '{{ $labels }}|{{ $labels.none }}|{{ len $labels }}|{{ index $labels "n" }}',
  '{{ title "a quick fox" }}|{{ toUpper $labels.n }}|{{ toLower "ABC" }}|{{ match "^wh" $labels.n }}',
  '{{ reReplaceAll "([a-z])o" "<$1>" "foo boo" }}|{{ reReplaceAll "x*" "-" "abc" }}',
  '{{ stripPort "a:1" }}|{{ stripPort "[::1]:80" }}|{{ stripPort "plain" }}',
  '{{ if and (gt $value 0.0) (lt $value 100.0) }}small{{ else if eq $labels.n "odd" }}odd{{ else }}other{{ end }}',
  '{{ parseDuration "1h30m" }}|{{ printf "%.3f" (parseDuration "15ms") }}|{{ print 1 2 "x" 3.5 }}|{{ println "a" }}',
  '{{ $x := 1 }}{{ range $k, $v := $labels }}{{ $x = 2 }}{{ $k }}={{ $v }};{{ end }}{{ $x }}',
  '{{- /* a comment */ -}} a {{- "b" -}} c {{ define "t" }}<{{ . }}>{{ end }}{{ template "t" $value }}',
  '{{ with $labels.n }}{{ . }}{{ end }}{{ with $labels.none }}no{{ else }}yes{{ end }}',
  '{{ eq 1 1 }}{{ ne "a" "b" }}{{ le 1.5 1.5 }}{{ not true }}{{ or 0 "x" }}{{ and 1 "y" }}',
  '{{ html "<a>" }}|{{ urlquery "a b&c" }}|{{ js "it\'s" }}|{{ slice "hearth" 1 3 }}|{{ safeHtml "<b>" }}',
  '{{ graphLink "up == 1" }}|{{ tableLink "sum(up)" }}',
  '{{ args 1 "x" }}|{{ nil | printf "%v" }}',
  '{{ (query "value{n=\\"whole\\"}" | first).Labels.n }}|{{ query "vector(1)" | first | value }}',
  '{{ query "absent(up)" | first }}',
  '{{ humanize "x" }}',
  '{{ .Nothing }}',
  '{{ $labels.n.x }}',
  '{{ eq $value "x" }}',
  '{{ eq $value 1 }}',
  '{{ first $value }}',
  '{{ label 1 $value }}',
  '{{ template "none" }}',
  '{{ range $value }}x{{ end }}',
  '{{ index $labels 1 }}',
  '{{ "constant" | toUpper | printf "%s %v" "x" }}',
  '{{ `raw {{ text` }}|{{ "tab\\tquote\\"" }}|{{ \'c\' }}|{{ 0x1F }}|{{ 1e3 }}|{{ 1_000 }}|{{ -5 }}',
];
