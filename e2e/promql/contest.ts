import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine, PromqlError } from '@hearth/promql';
import { type Db, openDb } from '@hearth/tsdb';
import { differenceOf } from './compare-outcomes.ts';
import { writeNastyData } from './nasty-data.ts';
import type { GeneratedQuery } from './query-generator.ts';
import { type Outcome, prometheusMajor, type Reference, startReference } from './reference.ts';

export interface Answers {
  readonly expected: Outcome;
  readonly actual: Outcome;
  /** In words; `undefined` where there is none. */
  readonly difference: string | undefined;
}

/** Asks Prometheus and our engine the same, of the same data. */
export interface Contest {
  readonly major: 2 | 3;
  ask(query: GeneratedQuery): Promise<Answers>;
  close(): Promise<void>;
}

export async function startContest(): Promise<Contest> {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-promql-'));
  await writeNastyData(`${directory}/hearth`);
  await cp(`${directory}/hearth`, `${directory}/prometheus`, { recursive: true });
  const major = prometheusMajor();
  const engine = createEngine({ experimentalFunctions: true });
  const options = { log: () => undefined, compactsByItself: false, retentionMs: 0 };
  const db = await openDb({ directory: `${directory}/hearth`, ...options });
  const reference = await startReference(`${directory}/prometheus`);
  return {
    major,
    ask: (query) => ask({ major, engine, db, reference }, query),
    close: async () => {
      await reference.close();
      await db.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface Contestants {
  readonly major: 2 | 3;
  readonly engine: Engine;
  readonly db: Db;
  readonly reference: Reference;
}

async function ask({ major, engine, db, reference }: Contestants, query: GeneratedQuery): Promise<Answers> {
  // Renamed in 3.0.
  const theirs = major === 2 ? query.text.replaceAll('double_exponential_smoothing', 'holt_winters') : query.text;
  const [expected, actual] = await Promise.all([reference.ask(theirs, query.times), evaluate(engine, db, query)]);
  return { expected, actual, difference: differenceOf(query.text, expected, actual) };
}

/** A failure that is a defect rejects. */
async function evaluate(engine: Engine, db: Db, { text, times }: GeneratedQuery): Promise<Outcome> {
  try {
    const { value } =
      times.kind === 'instant'
        ? await engine.instant(db, { text, timestampMs: times.timestampMs })
        : await engine.range(db, { text, ...times });
    return { value };
  } catch (error) {
    if (error instanceof PromqlError) return { error: error.message };
    throw new Error(`${text}: ${String(error)}`, { cause: error });
  }
}
