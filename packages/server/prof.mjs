import { openDb } from '@hearth/tsdb';
import { createEngine } from '@hearth/promql';
const START_MS = Date.UTC(2025, 0, 15, 5), STEP_MS = 15000, END_MS = START_MS + 1440 * STEP_MS;
const db = await openDb({ directory: '/tmp/mydata', log: () => {}, compactsByItself: false, retentionMs: 0 });
const engine = createEngine();
const src = (await import('node:fs')).readFileSync('/tmp/wt/judge/bench/src/promql/queries.ts', 'utf8');
const qs = [...src.matchAll(/text: '((?:[^'\\]|\\.)*)'/g)].map((m) => m[1].replace(/\\'/g, "'"));
const names = [...src.matchAll(/name: '([^']*)'/g)].map((m) => m[1]);
const only = process.argv[2]; const reps = Number(process.argv[3] ?? 5);
let geo = 0, n = 0;
for (const [i, text] of qs.entries()) {
  if (only && !names[i].includes(only)) continue;
  const ts = []; let r;
  for (let k = 0; k < reps; k++) { const t0 = performance.now(); r = await engine.range(db, { text, startMs: START_MS, endMs: END_MS, stepMs: STEP_MS }); ts.push(performance.now() - t0); }
  ts.sort((a, b) => a - b); const med = ts[ts.length >> 1]; geo += Math.log(med); n++;
  console.log(names[i].padEnd(22), med.toFixed(1).padStart(8), 'min', ts[0].toFixed(1).padStart(7), 'read', r.stats.samplesRead, 'series', r.value.series.length, r.annotations.map((a) => a.message).slice(0,1).join());
}
console.log('geomean', Math.exp(geo / n).toFixed(1));
await db.close();
