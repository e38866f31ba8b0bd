/** What `--help` prints after the flags of `hearth check` and of the commands under it. */

export const CHECK_HELP = `
Each problem is a line: file:line:column, what is wrong, and what was probably meant.

Examples:
  $ hearth check rules alerts.yml

Exit codes: 0 all is well, 1 something is wrong, 2 it was called wrongly.
`;

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
