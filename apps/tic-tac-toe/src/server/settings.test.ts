import { describe, expect, test } from 'vitest';
import { type Environment, parseSettings, SettingsError } from './settings.ts';

const TOKEN_FILES: Readonly<Record<string, string>> = { '/run/secrets/token': 'secret\n', '/empty': ' \n' };

function readText(path: string): string {
  const text = TOKEN_FILES[path];
  if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
  return text;
}

function complaintAbout(env: Environment): string {
  try {
    parseSettings(env, readText);
  } catch (error) {
    if (error instanceof SettingsError) return `${error.variable}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('parseSettings', () => {
  test.each([{}, { PORT: '', HOST: '', METRICS_NAMES: '', METRICS_PORT: '', METRICS_TOKEN_FILE: '', DRAIN_MS: '' }])(
    'an empty environment: %j',
    (env) => {
      expect(parseSettings(env, readText)).toEqual({
        port: 3306,
        host: '127.0.0.1',
        drainMs: 0,
        rateLimitMax: 120,
        metrics: { names: 'prometheus', endpoint: {} },
      });
    },
  );

  test('everything set', () => {
    const env = {
      PORT: '0',
      HOST: '::',
      DRAIN_MS: '3000',
      RATE_LIMIT_MAX: '7',
      METRICS_NAMES: 'flask',
      METRICS_PORT: '9464',
    };
    expect(parseSettings(env, readText)).toEqual({
      port: 0,
      host: '::',
      drainMs: 3000,
      rateLimitMax: 7,
      metrics: { names: 'flask', endpoint: { port: 9464 } },
    });
  });

  test.each([
    { METRICS_TOKEN_FILE: '/run/secrets/token' },
    { METRICS_TOKEN_FILE: '/run/secrets/token', METRICS_PORT: '9464' },
  ])('a token guards the metrics: %j', async (env) => {
    const { endpoint } = parseSettings(env, readText).metrics;
    const guard = typeof endpoint === 'object' ? endpoint.guard : undefined;
    const verdict = (authorization: string) => guard?.({ headers: { authorization } } as never);
    expect(verdict('Bearer secret')).toBe(true);
    expect(verdict('Bearer guess')).toMatchObject({ status: 401 });
  });

  test.each([
    [{ PORT: 'abc' }, 'PORT: PORT must be a whole number from 0 to 65535, not "abc".'],
    [{ PORT: '65536' }, 'PORT: PORT must be a whole number from 0 to 65535, not "65536".'],
    [{ PORT: '-1' }, 'PORT: PORT must be a whole number from 0 to 65535, not "-1".'],
    [{ PORT: '1e3' }, 'PORT: PORT must be a whole number from 0 to 65535, not "1e3".'],
    [{ PORT: '80 ' }, 'PORT: PORT must be a whole number from 0 to 65535, not "80 ".'],
    [{ DRAIN_MS: '8001' }, 'DRAIN_MS: DRAIN_MS must be a whole number from 0 to 8000, not "8001".'],
    [{ RATE_LIMIT_MAX: '0' }, 'RATE_LIMIT_MAX: RATE_LIMIT_MAX must be a whole number from 1 to 1000000, not "0".'],
    [{ METRICS_NAMES: 'Flask' }, 'METRICS_NAMES: METRICS_NAMES must be "prometheus" or "flask", not "Flask".'],
    [{ METRICS_PORT: '0' }, 'METRICS_PORT: METRICS_PORT must be a whole number from 1 to 65535, not "0".'],
    [{ METRICS_PORT: '3306' }, 'METRICS_PORT: METRICS_PORT must not be the port of the application, 3306.'],
    [
      { METRICS_TOKEN_FILE: '/nowhere' },
      "METRICS_TOKEN_FILE: METRICS_TOKEN_FILE cannot be read: ENOENT: no such file or directory, open '/nowhere'",
    ],
    [{ METRICS_TOKEN_FILE: '/empty' }, 'METRICS_TOKEN_FILE: METRICS_TOKEN_FILE names an empty file: /empty'],
  ])('%j is refused', (env, complaint) => {
    expect(complaintAbout(env)).toBe(complaint);
  });
});
