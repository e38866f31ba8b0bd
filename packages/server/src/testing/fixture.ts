/** The stand-in for the sample application, and the environment that makes it misbehave. */
export const FIXTURE_ENTRY = new URL('./fixture-replica.mjs', import.meta.url);

export type FixtureMode = 'crash' | 'deaf' | 'stubborn' | 'shouting';

export function fixtureEnv(mode?: FixtureMode): NodeJS.ProcessEnv {
  return { ...process.env, ...(mode === undefined ? {} : { FIXTURE_MODE: mode }) };
}
