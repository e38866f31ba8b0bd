/** Texts as Go's standard library prints them: what scripts that read promtool's output expect. */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Of a whole number of milliseconds, as `time.Duration.String` does: `2h0m0s`, `1h46m30.301s`, `5ms`, `0s`. */
export function formatGoDuration(durationMs: number): string {
  const sign = durationMs < 0 ? '-' : '';
  const ms = Math.abs(durationMs);
  if (ms === 0) return '0s';
  if (ms < SECOND_MS) return `${sign}${ms}ms`;
  const hours = Math.floor(ms / HOUR_MS);
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  const fraction = String(ms % SECOND_MS).padStart(3, '0');
  const seconds = `${Math.floor((ms % MINUTE_MS) / SECOND_MS)}.${fraction}`.replace(/\.?0+$/, '') || '0';
  const parts = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : '';
  return `${sign}${parts}${seconds}s`;
}

/** Whole seconds in UTC, as `time.Time.String` does: `2023-11-14 22:13:20 +0000 UTC`. */
export function formatGoTime(timestampMs: number): string {
  const date = new Date(Math.trunc(timestampMs / SECOND_MS) * SECOND_MS);
  if (Number.isNaN(date.getTime())) return String(timestampMs);
  const [day, time] = date.toISOString().split('T');
  return `${day} ${time.slice(0, 'hh:mm:ss'.length)} +0000 UTC`;
}

const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** As promtool does, without loss: `4KiB565B`, `1MiB`. */
export function formatBase2Bytes(bytes: number): string {
  if (bytes === 0) return '0B';
  let text = '';
  let rest = bytes;
  for (const unit of BINARY_UNITS) {
    const isLast = unit === BINARY_UNITS.at(-1);
    const count = isLast ? rest : rest % 1024;
    if (count !== 0) text = `${count}${unit}${text}`;
    rest = isLast ? 0 : Math.floor(rest / 1024);
  }
  return text;
}

const MIN_CELL_WIDTH = 13;
const CELL_PADDING = 2;

/** Aligns cells as `text/tabwriter` does with a smallest width of 13 and two blanks between: the last one has none behind it. */
export function tabulate(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(MIN_CELL_WIDTH, ...rows.map((row) => (row[column] ?? '').length + CELL_PADDING)),
  );
  return rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]))).join(''),
  );
}
