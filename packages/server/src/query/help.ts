/** What `--help` prints after the flags of `hearth query` and of each command under it. */

export const QUERY_HELP = `
It asks a running server, Hearth or Prometheus, for what a query of PromQL comes to: now, at one
moment (--time), or over a range of time (--range, or --start and --end). Put the query in single
quotes, so that the shell leaves it alone.

For people it prints a table: above it what all series have in common, then a row for each. Over a
range a row has the last, the smallest and the largest value, and a line that shows the way between
these two. For programs there are --format json, the data as the server sent them, and --format
csv, a line for each sample.

A time is a date such as 2026-01-31T12:00:00Z, or Unix seconds; a duration is 30s, 5m or 1h30m.
Without --step a range has up to 250 points.

Examples:
  $ hearth query up                                               which targets are up
  $ hearth query 'sum by (job) (rate(http_requests_total[5m]))'   requests per second, by job
  $ hearth query 'up == 0' --time 2026-01-31T12:00:00Z            what was down at noon
  $ hearth query 'process_resident_memory_bytes' --range 6h       how memory went
  $ hearth query 'up[5m]' --format csv                            samples as they are stored
  $ hearth query up --format json | jq -r '.result[].metric.instance'
  $ hearth query up --url https://monitor.example.org/prometheus --user ann --password-file pw
  $ hearth query --explain 'rate(x[5m]) > 1' --range 1h           how Hearth would go about it
  $ hearth query labels                                           names of labels; see its --help
  $ hearth query series '{job="api"}'                             what there is to be asked for

A metric that is called labels or series is asked for in parentheses: '(labels)'.

Exit codes: 0 it worked, even if the answer is empty; 1 it failed; 2 it was called wrongly.
`;

export const SERIES_HELP = `
The series that match one of the selectors, with all their labels: in a table, above it what they
have in common. Without --start and --end it is all that the server has, however old.

Examples:
  $ hearth query series up
  $ hearth query series '{job="api"}' --start 2026-01-31T00:00:00Z
  $ hearth query series '{__name__=~"http_.*"}' --format csv > series.csv
`;

export const LABELS_HELP = `
The names of all labels, a line for each; or the values of one label. With --match only those of
series that match; several times, of series that match one of the selectors.

Examples:
  $ hearth query labels                                  names of labels
  $ hearth query labels job                              values of the label job
  $ hearth query labels __name__                         names of metrics
  $ hearth query labels __name__ --match '{job="api"}'   those that one job has
`;
