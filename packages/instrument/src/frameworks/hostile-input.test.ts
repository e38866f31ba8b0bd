import type { IncomingMessage, ServerResponse } from 'node:http';
import express5 from 'express';
import express4 from 'express4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTENT_TYPES, negotiateFormat } from '../expose/accept.ts';
import { createPathMatcher } from '../http/excluded-paths.ts';
import { METHODS, methodIndex } from '../http/method.ts';
import { requestPath } from '../http/request-path.ts';
import { createTemplateFinder } from '../http/route-templates.ts';
import { tryTraceExemplar } from '../http/traceparent.ts';
import { expressRouteOf, type RoutedRequest } from './express-route.ts';

const anyOf = (characters: string) => fc.constantFrom(...characters.split(''));

/** Text that likes to be a target, a header or a template. */
const TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: anyOf('/?#%:*.=;,- abAB019"\\'), maxLength: 40 }),
);

const RUNS = { numRuns: 3000 };

describe('whatever a client sends', () => {
  it('a request path starts with a slash and ends before the query', () => {
    fc.assert(
      fc.property(TEXT, (target) => {
        const path = requestPath(target);
        expect(path).toMatch(/^\/[^?#]*$/s);
        expect(requestPath(path)).toBe(path);
        if (target.startsWith('/')) expect(path).toBe(target.split(/[?#]/, 1)[0]);
      }),
      RUNS,
    );
  });

  it.each([
    [undefined, '/'],
    ['', '/'],
    ['*', '/'],
    ['/a?b#c', '/a'],
    ['//a/b', '//a/b'],
    ['http://host', '/'],
    ['http://host/', '/'],
    ['http://host/a/b?c/d', '/a/b'],
    ['http://host?a/b', '/'],
    ['http://host#a/b', '/'],
    ['HTTPS+x.y-1://u:p@[::1]:80/a', '/a'],
    ['host:443', '/'],
    ['a?b://c/d', '/'],
  ])('the path of %s is %s', (target, path) => {
    expect(requestPath(target)).toBe(path);
  });

  it('a method is one of those known', () => {
    fc.assert(
      fc.property(fc.oneof(TEXT, fc.constantFrom('__proto__', 'constructor', 'get', ...METHODS)), (method) => {
        const counted = METHODS[methodIndex(method)]!;
        expect(counted).toBe((METHODS as readonly string[]).includes(method) ? method : 'OTHER');
      }),
      RUNS,
    );
  });

  it('an Accept header chooses one of two formats', () => {
    const range = fc
      .tuple(fc.constantFrom('application/openmetrics-text', 'text/plain', '*/*', 'text/*'), TEXT)
      .map(([type, parameters]) => `${type};${parameters}`);
    fc.assert(
      fc.property(fc.oneof(TEXT, fc.array(range, { maxLength: 50 }).map(String)), (accept) => {
        expect(Object.keys(CONTENT_TYPES)).toContain(negotiateFormat(accept));
      }),
      RUNS,
    );
  });

  it('a traceparent is understood exactly as far as it is one', () => {
    const hex = (length: number) =>
      fc.string({ unit: anyOf('0123456789abcdef'), minLength: length, maxLength: length });
    fc.assert(
      fc.property(hex(2), hex(32), hex(16), hex(2), TEXT, (version, trace, span, flags, rest) => {
        const isSampled = Number.parseInt(flags, 16) % 2 === 1 && /[^0]/.test(trace) && /[^0]/.test(span);
        const expected = isSampled ? { trace_id: trace, span_id: span } : undefined;
        expect(tryTraceExemplar(`${version}-${trace}-${span}-${flags}`)).toEqual(expected);
        expect(tryTraceExemplar(`${version}-${trace}-${span}-${flags}-${rest}`)).toEqual(expected);
        expect(
          tryTraceExemplar(`${version}-${trace}-${span}-${flags}${rest.replace(/^-+/, '') || 'x'}`),
        ).toBeUndefined();
        expect(tryTraceExemplar(rest)).toBeUndefined();
      }),
      RUNS,
    );
  });

  it('an excluded path is found as a naive search finds it, however often it is asked', () => {
    fc.assert(
      fc.property(fc.array(TEXT, { maxLength: 4 }), TEXT, (patterns, path) => {
        const isExcluded = createPathMatcher([...patterns, /^\/x/gy]);
        const naive =
          path.startsWith('/x') ||
          patterns.some((pattern) =>
            pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern,
          );
        expect([isExcluded(path), isExcluded(path)]).toEqual([naive, naive]);
      }),
      RUNS,
    );
  });

  it('a template is one of those given, as a walk over the segments finds it', () => {
    const segment = fc.constantFrom('a', 'b', 'a.b', '(x', '[', '$', '\\d', ':id', ':Name2', '+', '');
    const template = fc
      .tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([segments, isOpen]) => `/${segments.join('/')}${isOpen ? '*' : ''}`);
    const path = fc
      .array(fc.oneof(segment, fc.constantFrom('aXb', 'd', '1', 'Ä%zz')), { maxLength: 5 })
      .map((segments) => `/${segments.join('/')}`);
    fc.assert(
      fc.property(fc.array(template, { maxLength: 5 }), path, (templates, target) => {
        const plain = templates.find((each) => each === target && !/[:*]/.test(each));
        const expected = plain ?? templates.find((each) => /[:*]/.test(each) && fitsNaively(each, target));
        expect(createTemplateFinder(templates)(target)).toBe(expected);
      }),
      RUNS,
    );
  });
});

function fitsNaively(template: string, path: string): boolean {
  const isOpen = template.endsWith('*');
  const wanted = (isOpen ? template.slice(0, -1) : template).split('/');
  const given = path.split('/');
  const last = wanted.length - 1;
  if (given.length < wanted.length || (!isOpen && given.length > wanted.length)) return false;
  return wanted.every((segment, i) => {
    if (segment.startsWith(':')) return given[i] !== '';
    return i === last && isOpen ? given[i]!.startsWith(segment) : given[i] === segment;
  });
}

describe.each([
  ['Express 4', express4],
  ['Express 5', express5],
] as const)('%s', (_name, express) => {
  const name = fc.constantFrom('a', 'b', 'id', 'Team', 'x_1');
  const segment = fc.oneof(
    fc.constantFrom('teams', 'Players', 'v1', 'x-y'),
    name.map((each) => `:${each}`),
  );
  const prefix = fc.uniqueArray(segment, { minLength: 1, maxLength: 3 }).map((segments) => `/${segments.join('/')}`);
  const value = fc
    .tuple(
      fc.string({ unit: anyOf("abtx.-_~!$&'()+,;=:@"), maxLength: 6 }),
      fc.constantFrom('', '%20', '%2F', '%C3%BC', '%25'),
    )
    .map(([text, escaped]) => `mark${text}${escaped}`);

  it('labels a route by what it was defined with, however its routers are mounted and whatever is in the path', () => {
    fc.assert(
      fc.property(
        fc.array(prefix, { maxLength: 3 }),
        prefix,
        fc.infiniteStream(value),
        fc.boolean(),
        (mounts, last, values, isLoud) => {
          const template = [...mounts, last].join('');
          const concrete = template.replace(/:\w+/g, () => values.next().value as string);
          // The letters of what is no parameter may come in any case.
          const target = isLoud
            ? concrete.replace(/\/(teams|Players)(?=\/|$)/g, (literal) => literal.toUpperCase())
            : concrete;
          expect(labelOf(mounts, last, target)).toBe(template);
        },
      ),
      { numRuns: 1500 },
    );
  });

  /** Mounts a router in a router in … in an application, and asks for a target from inside the route. */
  function labelOf(mounts: readonly string[], last: string, target: string): string | undefined {
    let label: string | undefined;
    const app = express();
    const inner = express.Router();
    inner.get(last, (req) => {
      label = expressRouteOf(req as RoutedRequest);
    });
    const outermost = mounts.toReversed().reduce((router, mount) => express.Router().use(mount, router), inner);
    app.use(outermost);
    const response = { setHeader: () => undefined };
    app({ method: 'GET', url: target } as IncomingMessage as never, response as unknown as ServerResponse as never);
    return label;
  }
});
