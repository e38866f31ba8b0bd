import { describe, expect, it } from 'vitest';
import { ContentTypeError } from '../errors.ts';
import { formatFromContentType } from './content-type.ts';

describe('formatFromContentType', () => {
  it.each([
    ['text/plain', 'prometheus-text'],
    ['text/plain; version=0.0.4', 'prometheus-text'],
    ['text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8', 'prometheus-text'],
    ['text/plain;version="0.0.4";charset=utf-8', 'prometheus-text'],
    ['TEXT/Plain ; Version=1.0.0', 'prometheus-text'],
    ['text/plain;', 'prometheus-text'],
    ['application/openmetrics-text', 'openmetrics'],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
    [' application/openmetrics-text ;q="a\\"b;c"', 'openmetrics'],
  ])('%s', (contentType, format) => {
    expect(formatFromContentType(contentType)).toEqual({ format });
    expect(formatFromContentType(contentType, 'prometheus-text')).toEqual({ format });
  });

  it.each([
    ['', 'target sent a blank Content-Type'],
    ['text/html; charset=utf-8', 'unsupported Content-Type "text/html; charset=utf-8"'],
    ['application/vnd.google.protobuf', 'unsupported Content-Type "application/vnd.google.protobuf"'],
    ['text', 'unsupported Content-Type "text"'],
    [' ', 'cannot parse Content-Type " "'],
    ['text/', 'cannot parse Content-Type "text/"'],
    ['text/plain/x', 'cannot parse Content-Type "text/plain/x"'],
    ['text/plain, text/html', 'cannot parse Content-Type "text/plain, text/html"'],
    ['text/plain; version', 'cannot parse Content-Type "text/plain; version"'],
    ['text/plain; =1', 'cannot parse Content-Type "text/plain; =1"'],
    ['text/plain; a="b', 'cannot parse Content-Type "text/plain; a=\\"b"'],
    ['text/plain; a=1; A=2', 'cannot parse Content-Type "text/plain; a=1; A=2"'],
    ['text/plain;;', 'cannot parse Content-Type "text/plain;;"'],
  ])('%j is an error, or a warning where there is a fallback', (contentType, problem) => {
    expect(() => formatFromContentType(contentType)).toThrow(
      new ContentTypeError('unsupported_content_type', `${problem} and no fallback scrape protocol is set`),
    );
    expect(formatFromContentType(contentType, 'openmetrics')).toEqual({
      format: 'openmetrics',
      warning: `${problem}, using the fallback scrape protocol`,
    });
  });

  it('takes linear time', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `p${i}=1`).join(';');
    expect(formatFromContentType(`text/plain;${many}`)).toEqual({ format: 'prometheus-text' });
    expect(() => formatFromContentType(`text/plain;a="${'\\'.repeat(200_000)}`)).toThrow(ContentTypeError);
  });
});
