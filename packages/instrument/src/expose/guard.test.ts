import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { basicAuth, bearerToken, directPrivateClients, everybody, type Guard } from './guard.ts';

function requestFrom(remoteAddress: string | undefined, headers: Record<string, string> = {}): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

const verdictOf = (guard: Guard, authorization?: string) =>
  guard(requestFrom('203.0.113.9', authorization === undefined ? {} : { authorization }));

test('everybody() lets everybody in', () => {
  expect(verdictOf(everybody())).toBe(true);
});

describe('bearerToken()', () => {
  const guard = bearerToken('s3cret@:/ü');

  test('lets in who has the token', () => {
    expect(verdictOf(guard, 'Bearer s3cret@:/ü')).toBe(true);
  });

  test.each([undefined, '', 'Bearer', 'Bearer ', 'Bearer s3cret@:/', 'bearer', 'Basic s3cret@:/ü', 's3cret@:/ü'])(
    'asks for it at %j',
    (authorization) => {
      expect(verdictOf(guard, authorization)).toMatchObject({ status: 401, challenge: 'Bearer realm="metrics"' });
    },
  );
});

describe('basicAuth()', () => {
  const guard = basicAuth('prometheus', 'p@ss:wörd');
  const header = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  test('lets in who knows both', () => {
    expect(verdictOf(guard, header('prometheus', 'p@ss:wörd'))).toBe(true);
  });

  test.each([undefined, header('prometheus', ''), header('', 'p@ss:wörd'), header('prometheus', 'p@ss')])(
    'asks for them at %j',
    (authorization) => {
      expect(verdictOf(guard, authorization)).toMatchObject({
        status: 401,
        challenge: 'Basic realm="metrics", charset="UTF-8"',
      });
    },
  );
});

describe('directPrivateClients()', () => {
  const guard = directPrivateClients();

  test.each([
    '127.0.0.1',
    '127.9.9.9',
    '10.0.1.7',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.1.1',
    '::1',
    'fd00::1',
    'fe80::1%eth0',
    '::ffff:10.1.2.3',
  ])('lets in %s', (address) => {
    expect(guard(requestFrom(address))).toBe(true);
  });

  test.each(['203.0.113.9', '172.32.0.1', '8.8.8.8', '2001:db8::1', '::ffff:8.8.8.8', 'nonsense', '', undefined])(
    'refuses %s',
    (address) => {
      expect(guard(requestFrom(address))).toMatchObject({ status: 403 });
    },
  );

  test.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])('refuses a request with %s', (header) => {
    expect(guard(requestFrom('127.0.0.1', { [header]: '10.0.0.1' }))).toMatchObject({ status: 403 });
  });
});
