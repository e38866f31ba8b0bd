import { type Outcome, runHearth, type Surroundings } from '../../testing/run-hearth.ts';

/** Runs `hearth query …` in this process. */
export async function hearthQuery(
  argv: readonly string[],
  surroundings: Surroundings = {},
): Promise<Omit<Outcome, 'status'>> {
  const { code, out, err } = await runHearth(['query', ...argv], surroundings);
  return { code, out, err };
}
