/** What `--help` prints after the flags of `hearth check rules`. */

export const CHECK_RULES_HELP = `
It reads a rule file as a server would: fields and their types, names, every query, and
every template of labels and annotations. What hearth test rules finds out is something
else: whether the rules do what they should.

  groups:
    - name: api
      rules:
        - record: job:requests:rate5m
          expr: sum by (job) (rate(requests_total[5m]))
        - alert: TargetDown
          expr: up == 0
          for: 5m
          labels: {severity: page}
          annotations: {summary: '{{ $labels.instance }} is down'}

Examples:
  $ hearth check rules alerts.yml
  $ hearth check rules rules/*.yml
`;
