/** What `--help` prints after the flags of `hearth tsdb` and of each command under it. */

export const TSDB_HELP = `
A data directory is where Hearth, or Prometheus, keeps its samples: blocks of two hours or
more, and a log of what is newer. These commands work on the directories of both. They print
what promtool tsdb prints, so that scripts work with either.

Examples:
  $ hearth tsdb list -r data                          which blocks there are
  $ hearth tsdb dump --match 'up{job="api"}' data     the samples of some series
  $ hearth tsdb verify data                           whether everything can be read
  $ hearth tsdb import samples.om data                blocks of samples in a text

Exit codes: 0 it worked, 1 it failed, 2 it was called wrongly.
`;

export const LIST_HELP = `
One line for each block, oldest first, with its times in Unix milliseconds and its size in
bytes. It reads nothing but the meta.json of each, so it is quick on a directory of any size,
and may be used on one that a server is using.

Examples:
  $ hearth tsdb list data       numbers, for scripts
  $ hearth tsdb list -r data    dates and sizes, for people
`;

export const DUMP_HELP = `
One line for each sample: {labels} value timestamp, by series in the order of their labels.
It streams: a directory of any size can be dumped, and a slow reader slows it down. Samples
of the log are among them. Nothing is written, so it may be used beside a running server.

Examples:
  $ hearth tsdb dump data | head
  $ hearth tsdb dump --match '{__name__=~"http_.*", job="api"}' data > api.txt
  $ hearth tsdb dump --min-time 1700000000000 --max-time 1700003600000 data    one hour
`;

export const VERIFY_HELP = `
It reads every byte that a checksum covers, and checks the order of series and samples, that
index and chunks agree, the counts in meta.json, and the log. One line for each finding: the
file, the place in it, what is wrong, and what that means. Nothing is repaired or changed.

A directory that a server is writing can show findings that are none: verify a snapshot.

Examples:
  $ hearth tsdb verify data && echo sound
`;

export const IMPORT_HELP = `
It reads samples with timestamps, and makes blocks of two hours of them, or longer ones if that
is asked for. The format is OpenMetrics, which ends with # EOF and has its timestamps in seconds;
or that which /metrics has without it, 0.0.4, with timestamps in milliseconds.

The blocks appear when all of them are complete. Anything wrong in the text is refused with its
line and column, and then the directory stays as it was. Samples of a series must come by rising
time within each block. A server that uses the directory finds the blocks by itself; they may
overlap with those that are there.

Memory is needed for one block at a time, disk for about as much as the text, while it runs.

Examples:
  $ hearth tsdb import samples.om data
  $ zcat old.om.gz | hearth tsdb import - data --max-block-duration 3d
  $ hearth tsdb import --format prometheus-text samples.prom data
`;

export const ANALYZE_HELP = `
Churn is how much the series of a label come and go: 30 job=api means that series with that
label are missing as if 30 of them had not been there at all. Look there, and at the labels of
the highest cardinality, when a server needs more memory than it should.

Examples:
  $ hearth tsdb analyze data                                    the newest block
  $ hearth tsdb analyze --limit 5 data 01M80EMM23S97RWW81R4XS3YQ0
`;

export const SNAPSHOT_HELP = `
The copy holds all samples, those of the log too, and appears under snapshots in the directory;
its path is printed. It is a data directory itself, to be kept, moved or opened. Blocks are not
copied but linked, so it takes little room and time.

The directory must not be in use: whoever uses it is named. A server that runs makes snapshots
itself.

Examples:
  $ cp -r "$(hearth tsdb snapshot data)" /backup/monday
`;

export const BENCH_HELP = `
It writes series of several kinds, as scrapes each 15 seconds would, opens the storage again as
after a crash, and makes blocks of all. Nothing stays of it. What it prints depends on the disk:
--directory says on which one to measure.

Examples:
  $ hearth tsdb bench
  $ hearth tsdb bench --series 100000 --scrapes 480 --directory /var/lib
`;
