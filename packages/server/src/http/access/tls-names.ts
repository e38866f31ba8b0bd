const CIPHERS: readonly (readonly [go: RegExp, openssl: string])[] = [
  [/^AES_(128|256)_GCM_(SHA\d+)$/, 'AES$1-GCM-$2'],
  [/^AES_(128|256)_CBC_(SHA\d*)$/, 'AES$1-$2'],
  [/^CHACHA20_POLY1305(?:_SHA256)?$/, 'CHACHA20-POLY1305'],
  [/^3DES_EDE_CBC_SHA$/, 'DES-CBC3-SHA'],
  [/^RC4_128_SHA$/, 'RC4-SHA'],
];

/** OpenSSL's name of a cipher suite: `ECDHE-RSA-AES128-GCM-SHA256` for `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`. */
export function opensslNameOf(goName: string): string {
  const found = /^TLS_(RSA|ECDHE_RSA|ECDHE_ECDSA)_WITH_(.+)$/.exec(goName);
  if (found === null) return goName;
  const [, exchange, cipher] = found;
  const prefix = exchange === 'RSA' ? '' : `${exchange.replace('_', '-')}-`;
  for (const [go, openssl] of CIPHERS) if (go.test(cipher)) return prefix + cipher.replace(go, openssl);
  return goName;
}
