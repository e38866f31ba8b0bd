/** What `--help` prints after the flags of `hearth check` and of each command under it. */

export const CHECK_HELP = `
Tells what is wrong with a file before something runs on it. Every finding has its place and,
where there is one, what to write instead.

Examples:
  $ hearth check config prometheus.yml              would a server take it?
  $ hearth check rules alerts.yml                   rules and alerts
  $ hearth check web-config web.yml                 users, certificates, headers
  $ curl -s localhost:3307/metrics | hearth check metrics

Exit codes: 0 it is fine, 1 something is wrong, 2 it was called wrongly.
`;

export const CONFIG_HELP = `
Reads files such as Prometheus' prometheus.yml, and the files that they include. All that is
wrong is told at once, a line for each: file:line:column: reason; what to write instead. What
Prometheus can do and Hearth cannot is refused by name. Warnings leave the exit code alone.

Files of secrets and certificates must be there; files of targets may come later. With
--syntax-only none of them is looked for: for a build machine that has none.

Examples:
  $ hearth check config prometheus.yml
  $ hearth check config --syntax-only deploy/*.yml
`;

export const WEB_CONFIG_HELP = `
Reads files such as the one of --web.config.file: TLS, users with their bcrypt hashes, headers,
and the limit of requests. Certificates and keys are read too, and must go together.

Examples:
  $ hearth check web-config web.yml
`;

export const METRICS_HELP = `
Reads metrics in Prometheus' text format from standard input. Where that is not what it is, it
says line and column. Otherwise it says what could be better about names, units, types and
help texts, a line for each, in the words of promtool check metrics.

Examples:
  $ curl -s localhost:3307/metrics | hearth check metrics
  $ hearth check metrics < metrics.txt
`;
