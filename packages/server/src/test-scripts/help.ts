/** What `--help` prints after the flags of `hearth test` and of the commands under it. */

export const TEST_HELP = `
Tests of queries and rules run on samples that the test files bring along. Nothing is
scraped, stored or sent, and the clock of a test stands where the test says.

Examples:
  $ hearth test rules alerts_test.yml      tests of alerting and recording rules
  $ hearth test promql queries.test        scripts of queries and their results

Exit codes: 0 all passed, 1 something failed, 2 it was called wrongly.
`;

export const TEST_PROMQL_HELP = `
A script loads samples, runs queries and says what they result in. It is the language of
Prometheus' own tests of its query engine:

  load 1m
    requests_total{path="/a"} 0+10x10
    requests_total{path="/b"} 0 5 _ stale

  eval instant at 10m sum(rate(requests_total[5m]))
    {} 0.16666666666666666

  eval range from 0 to 2m step 1m requests_total{path="/a"}
    requests_total{path="/a"} 0 10 20

  eval instant at 0 requests_total{path="/a"} + on() group_left() {path=~"/.*"}
    expect fail regex: found duplicate series

The first value is at 0, each further one an interval later: 0+10x10 is 0, 10, 20 and so on
ten times, _ is no sample, stale the end of a series. A command ends at an empty line.
expect warn, no_warn, info, no_info, ordered and string say more about a result. Every
instant query also runs as part of a range, and at other times with @ at its selectors.
What needs native histograms is skipped; --show-skipped says what that is.

Examples:
  $ hearth test promql queries.test
  $ hearth test promql --show-skipped testdata/*.test
`;

export const TEST_RULES_HELP = `
It reads the files of promtool test rules: series, the alerts that fire at some time, and
what queries result in. Rules are evaluated at every evaluation_interval, as a server would.

  rule_files: [alerts.yml]
  evaluation_interval: 1m
  tests:
    - name: a target is down
      input_series:
        - series: 'up{job="api", instance="a:80"}'
          values: '1 1 0x10'
      alert_rule_test:
        - eval_time: 8m
          alertname: TargetDown
          exp_alerts:
            - exp_labels: {severity: page, job: api, instance: 'a:80'}
              exp_annotations: {summary: 'a:80 is down'}
      promql_expr_test:
        - expr: sum(up)
          eval_time: 1m
          exp_samples: [{labels: '{}', value: 1}]

exp_alerts names every alert of that name which fires then, with all labels and annotations;
without exp_alerts none may fire. rule_files takes patterns such as rules/*.yml, and counts
from the directory of the test file.

Examples:
  $ hearth test rules alerts_test.yml
  $ hearth test rules tests/*.yml
`;
