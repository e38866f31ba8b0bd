import { isIPv4, isIPv6 } from 'node:net';

/** The first letter of each word as a capital; the others as they are. */
export function titleCase(text: string): string {
  return text.replace(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’_]*/gu, (word) => {
    const [initial, ...rest] = word;
    return initial.toUpperCase() + rest.join('');
  });
}

const HOST_PORT = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/;

interface HostPort {
  readonly host: string;
  readonly port: string;
}

function trySplitHostPort(text: string): HostPort | undefined {
  const parts = HOST_PORT.exec(text);
  return parts ? { host: parts[1] ?? parts[2], port: parts[3] } : undefined;
}

export function stripPort(text: string): string {
  return trySplitHostPort(text)?.host ?? text;
}

/** The first part of a host's name, with the port if there was one. Addresses stay. */
export function stripDomain(text: string): string {
  const { host, port } = trySplitHostPort(text) ?? { host: text, port: '' };
  if (isIPv4(host) || isIPv6(host)) return text;
  const [name] = host.split('.');
  return port === '' ? name : `${name}:${port}`;
}

/** Go's url.QueryEscape. */
export function urlQueryEscape(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

const HTML: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => HTML[character]);
}

const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

export function escapeJs(text: string): string {
  return text.replace(/[\\'"<>&=\p{Cc}]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return JS[character] ?? `\\u${code}`;
  });
}
