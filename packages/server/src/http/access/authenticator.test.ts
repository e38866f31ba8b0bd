import { hashSync } from '@node-rs/bcrypt';
import { expect, test } from 'vitest';
import { type AccessConfig, OPEN_ACCESS } from './access-config.ts';
import { Authenticator } from './authenticator.ts';

const ADDRESS = '192.0.2.1';

const ADMIN_HASH = hashSync('right', { cost: 4 });

function config(): AccessConfig {
  const users = new Map([
    ['ann', ADMIN_HASH],
    ['vic', hashSync('see:me', { cost: 4 }).replace('$2b$', '$2y$')],
  ]);
  return { ...OPEN_ACCESS, users, viewers: new Set(['vic']) };
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function createAuthenticator(current: () => AccessConfig = config): Authenticator {
  const fixed = current();
  return new Authenticator({ config: current === config ? () => fixed : current, nowMs: () => 0 });
}

test('without users everybody is an administrator', async () => {
  expect(await createAuthenticator(() => OPEN_ACCESS).roleOf(undefined, ADDRESS)).toBe('admin');
});

test('users are administrators unless they are viewers', async () => {
  const authenticator = createAuthenticator();
  expect(await authenticator.roleOf(basic('ann', 'right'), ADDRESS)).toBe('admin');
  expect(await authenticator.roleOf(basic('vic', 'see:me'), ADDRESS)).toBe('viewer');
});

test.each([
  undefined,
  'Basic',
  'Bearer abc',
  `Basic ${Buffer.from('ann').toString('base64')}`,
  basic('ann', 'wrong'),
  basic('ann', ''),
  basic('nobody', 'right'),
  basic('', ''),
  basic('__proto__', 'x'),
])('%s is nobody', async (authorization) => {
  await expect(createAuthenticator().roleOf(authorization, ADDRESS)).rejects.toMatchObject({
    code: 'unauthorized',
    message: 'Unauthorized',
    headers: { 'www-authenticate': 'Basic' },
  });
});

test('too many failures make an address wait, whatever users it names', async () => {
  const authenticator = createAuthenticator();
  for (let i = 0; i < 10; i++) {
    await expect(authenticator.roleOf(basic(`user${i}`, 'x'), ADDRESS)).rejects.toMatchObject({ code: 'unauthorized' });
  }
  await expect(authenticator.roleOf(basic('ann', 'right'), ADDRESS)).rejects.toMatchObject({
    code: 'too_many_logins',
    message: 'too many failed logins: try again in 6 s',
    headers: { 'retry-after': '6' },
  });
  expect(await authenticator.roleOf(basic('ann', 'right'), '192.0.2.2')).toBe('admin');
});

test('too many failures make a user wait, whatever addresses they come from, but for who was right before', async () => {
  const authenticator = createAuthenticator();
  await authenticator.roleOf(basic('ann', 'right'), ADDRESS);
  for (let i = 0; i < 10; i++) {
    const failing = authenticator.roleOf(basic('vic', `guess${i}`), `192.0.2.${10 + i}`);
    await expect(failing).rejects.toMatchObject({ code: 'unauthorized' });
  }
  await expect(authenticator.roleOf(basic('vic', 'see:me'), '192.0.2.99')).rejects.toMatchObject({
    code: 'too_many_logins',
  });
  expect(await authenticator.roleOf(basic('ann', 'right'), '192.0.2.99')).toBe('admin');
});

test('many guesses at once get no further than one after the other', async () => {
  const authenticator = createAuthenticator();
  const guesses = Array.from({ length: 50 }, (_, i) => authenticator.roleOf(basic('ann', `guess${i}`), ADDRESS));
  const results = await Promise.allSettled(guesses);
  const codes = results.map((result) => (result as PromiseRejectedResult).reason.code as string);
  expect(codes.filter((code) => code === 'unauthorized').length).toBe(10);
  expect(codes.filter((code) => code === 'too_many_logins').length).toBe(40);
});

test('the requests of one page are one attempt', async () => {
  const authenticator = createAuthenticator();
  const requests = Array.from({ length: 50 }, () => authenticator.roleOf(basic('ann', 'right'), ADDRESS));
  expect(new Set(await Promise.all(requests))).toEqual(new Set(['admin']));
});

test('a password that was changed is no longer right', async () => {
  let current = config();
  const authenticator = new Authenticator({ config: () => current, nowMs: () => 0 });
  await authenticator.roleOf(basic('ann', 'right'), ADDRESS);
  current = { ...current, users: new Map([['ann', hashSync('new', { cost: 4 })]]) };
  await expect(authenticator.roleOf(basic('ann', 'right'), ADDRESS)).rejects.toMatchObject({ code: 'unauthorized' });
  expect(await authenticator.roleOf(basic('ann', 'new'), ADDRESS)).toBe('admin');
});

test('a hash that is none lets nobody in', async () => {
  const broken = { ...OPEN_ACCESS, users: new Map([['ann', 'plain text']]) };
  const authenticator = new Authenticator({ config: () => broken, nowMs: () => 0 });
  const failing = authenticator.roleOf(basic('ann', 'plain text'), ADDRESS);
  await expect(failing).rejects.toMatchObject({ code: 'unauthorized' });
  await expect(authenticator.roleOf(basic('bob', 'x'), ADDRESS)).rejects.toMatchObject({ code: 'unauthorized' });
});
