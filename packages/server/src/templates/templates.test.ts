import { createLabels } from '@hearth/model';
import { describe, expect, test } from 'vitest';
import { type ExecuteOptions, executeTemplate } from './execute-template.ts';
import { functionNames } from './functions.ts';
import { parseTemplate } from './parse-template.ts';
import { TemplateSample } from './sample.ts';
import { TemplateMap, textMap, type Value } from './value.ts';

const metric = (instance: string) => createLabels({ __name__: 'metric', instance });

async function expand(text: string, data?: Value, options: Partial<ExecuteOptions> = {}): Promise<string> {
  const template = parseTemplate(text, { name: 'test', functions: functionNames });
  return executeTemplate(template, {
    data,
    timestampMs: 1_353_755_652_000,
    pace: () => undefined,
    externalUrl: 'http://testhost:9090/path/prefix',
    query: async (query) =>
      query === 'none'
        ? []
        : [
            { labels: metric('b'), value: 21 },
            { labels: metric('a'), value: 11.5 },
          ],
    ...options,
  });
}

describe('text and actions', () => {
  test.each([
    ['plain text', 'plain text'],
    ['{{ 1 }}{{1.5}}{{ "x" }}{{ `y\\` }}{{ true }}', '11.5xy\\true'],
    ['a {{- 1 -}} b', 'a1b'],
    ['a {{ 1 -}}\n\n b', 'a 1b'],
    ['a{{/* a comment */}}b', 'ab'],
    ['a {{- /* a comment */ -}} b', 'ab'],
    ['{{ -1 }}{{ 0x10 }}{{ 1e3 }}{{ 1000000.0 }}', '-11610001e+06'],
    ["{{ 'a' }}", '97'],
    ['{{ "\\"\\u00e9\\x41\\n" }}', '"éA\n'],
    ['{{ print nil }}', '<nil>'],
  ])('%s', async (text, expanded) => {
    expect(await expand(text)).toBe(expanded);
  });
});

describe('control', () => {
  const labels = textMap([
    ['b', '2'],
    ['a', '1'],
  ]);
  test.each([
    ['{{ if true }}a{{ else }}b{{ end }}', 'a'],
    ['{{ if .none }}a{{ else if .a }}b{{ else }}c{{ end }}', 'b'],
    ['{{ with .a }}{{ . }}{{ else }}none{{ end }}', '1'],
    ['{{ with .none }}{{ . }}{{ else with .b }}{{ . }}{{ end }}', '2'],
    ['{{ range . }}{{ . }},{{ end }}', '1,2,'],
    ['{{ range $k, $v := . }}{{ $k }}={{ $v }} {{ end }}', 'a=1 b=2 '],
    ['{{ range $v := . }}{{ if eq $v "2" }}{{ break }}{{ end }}{{ $v }}{{ end }}', '1'],
    ['{{ range $v := . }}{{ if eq $v "1" }}{{ continue }}{{ end }}{{ $v }}{{ end }}', '2'],
    ['{{ range query "none" }}x{{ else }}empty{{ end }}', 'empty'],
    ['{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}', '2'],
    ['{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}', '1'],
    ['{{ define "t" }}<{{ .arg0 }}{{ .arg1 }}>{{ end }}{{ template "t" args 1 "2" }}', '<12>'],
    ['{{ block "t" .a }}[{{ . }}]{{ end }}', '[1]'],
    ['{{ .a }}{{ $.b }}{{ .none }}', '12'],
    ['{{ . }}', 'map[a:1 b:2]'],
  ])('%s', async (text, expanded) => {
    expect(await expand(text, labels)).toBe(expanded);
  });

  test('an entry that is missing', async () => {
    expect(await expand('{{ .none }}', new TemplateMap(new Map()))).toBe('<no value>');
    expect(await expand('{{ .none }}', textMap([]))).toBe('');
  });
});

describe('functions of Go', () => {
  test.each([
    ['{{ and 1 0 2 }}{{ or 0 "" 3 }}{{ not 0 }}', '03true'],
    ['{{ if or true (index (query "none") 0) }}lazy{{ end }}', 'lazy'],
    ['{{ eq 1 1 }}{{ eq 1 2 1 }}{{ ne "a" "b" }}{{ lt 1.5 2.5 }}{{ ge "b" "a" }}', 'truetruetruetruetrue'],
    ['{{ len "héé" }}{{ len (query "m") }}{{ index (query "m") 1 | value }}', '5211.5'],
    ['{{ slice "hearth" 1 3 }}', 'ea'],
    ['{{ print 1 2 "a" "b" 3 }}{{ println "x" 1 }}', '1 2ab3x 1\n'],
    ['{{ html "<a & b>" }}{{ urlquery "a b&c" }}{{ js "it\'s" }}', "&lt;a &amp; b&gt;a+b%26cit\\'s"],
    [
      '{{ printf "%.2f|%5.1f|%-6s|%06d|%+d|%x|%q|%v|%t" 1.005 2.25 "ab" 42 7 255 "q" 1.5 true }}',
      '1.00|  2.2|ab    |000042|+7|ff|"q"|1.5|true',
    ],
    ['{{ printf "%e %g %G %6.3g%%" 123456.0 1e21 1e-7 3.14159 }}', '1.234560e+05 1e+21 1E-07   3.14%'],
    [
      '{{ printf "%d" 1.5 }} {{ printf "%s" 2 }} {{ printf "%d" }} {{ printf "x" 1 }}',
      '%!d(float64=1.5) %!s(int=2) %!d(MISSING) x%!(EXTRA int=1)',
    ],
    ['{{ 1.5 | printf "%.0f %s" | print "x" }}', 'x2 %!s(MISSING)'],
  ])('%s', async (text, expanded) => {
    expect(await expand(text)).toBe(expanded);
  });
});

describe('functions of Prometheus', () => {
  test.each([
    ['{{ query "m" | first | value }}', '21'],
    ['{{ query "m" | first | label "instance" }}', 'b'],
    ['{{ with query "m" }}{{ . | first | label "none" }}{{ end }}', ''],
    ['{{ range query "m" | sortByLabel "instance" }}{{ .Labels.instance }}:{{ .Value }} {{ end }}', 'a:11.5 b:21 '],
    ['{{ $x := query "m" | first }}{{ $x.Labels.none }}{{ $x.Labels.instance }}', 'b'],
    ['{{ title "aa bb CC" }}|{{ toUpper "aB" }}|{{ toLower "aB" }}', 'Aa Bb CC|AB|ab'],
    ['{{ match "a+" "xaay" }} {{ match "^a+$" "b" }}', 'true false'],
    ['{{ reReplaceAll "(a)b" "x$1" "abcab" }}', 'xacxa'],
    [
      '{{ "foo.example.com:12345" | stripPort }} {{ "[2001:db8::1]:1" | stripPort }} {{ "a" | stripPort }}',
      'foo.example.com 2001:db8::1 a',
    ],
    ['{{ "foo.example.com:12345" | stripDomain }} {{ "192.0.2.1:1" | stripDomain }}', 'foo:12345 192.0.2.1:1'],
    ['{{ externalURL }} {{ pathPrefix }}', 'http://testhost:9090/path/prefix /path/prefix'],
    [
      '{{ graphLink "up == 1" }} {{ tableLink "up" }}',
      '/graph?g0.expr=up+%3D%3D+1&g0.tab=0 /graph?g0.expr=up&g0.tab=1',
    ],
    ['{{ printf "%0.2f" (parseDuration "-1h2m10ms") }}', '-3720.01'],
    ['{{ now }} {{ (now | toTime).Format "Mon Jan 2 15:04:05 2006" }}', '1.353755652e+09 Sat Nov 24 11:14:12 2012'],
    ['{{ (1800 | toDuration).String }}', '30m0s'],
    ['{{ ("-30m" | parseDuration | toDuration | (now | toTime).Add).UnixMilli }}', '1353753852000'],
    ['{{ safeHtml "<b>" }}{{ urlQueryEscape "a b" }}', '<b>a+b'],
  ])('%s', async (text, expanded) => {
    expect(await expand(text)).toBe(expanded);
  });

  const numbers = (name: string, values: readonly Value[]) => expand(`{{ range . }}{{ ${name} . }} {{ end }}`, values);
  test.each<[string, readonly Value[], string]>([
    ['humanize', [0, 1, 1234567, 0.12, -1n, 9223372036854775807n, '1.0'], '0 1 1.235M 120m -1 9.223E 1 '],
    ['humanize', [Infinity, -Infinity, Number.NaN], '+Inf -Inf NaN '],
    ['humanize1024', [0, 1, 1048576, 0.12, 1234567n], '0 1 1Mi 0.12 1.177Mi '],
    [
      'humanizeDuration',
      [0, 1, 60, 3600, 86400, 899.99, -(86400 * 2 + 3600 * 3 + 245)],
      '0s 1s 1m 0s 1h 0m 0s 1d 0h 0m 0s 14m 59s -2d 3h 4m 5s ',
    ],
    ['humanizeDuration', [0.1, 0.0001, 0.12345, 60.5, 1.2345, 12.345], '100ms 100us 123.5ms 1m 0s 1.234s 12.35s '],
    ['humanizePercentage', [-0.22222, 0, 0.1234567, 1.23456, 1234567n], '-22.22% 0% 12.35% 123.5% 1.235e+08% '],
    [
      'humanizeTimestamp',
      [0, -1, 1435065584.128],
      '1970-01-01 00:00:00 +0000 UTC 1969-12-31 23:59:59 +0000 UTC 2015-06-23 13:19:44.128 +0000 UTC ',
    ],
  ])('%s (%#)', async (name, values, expanded) => {
    expect(await numbers(name, values)).toBe(expanded);
  });
});

describe('failures', () => {
  test.each([
    ['{{', 'template: test:1: unclosed action'],
    ['a\n{{ if true }}', 'template: test:2: unexpected EOF'],
    ['{{ end }}', 'template: test:1: unexpected {{end}}'],
    ['{{ nothing 1 }}', 'template: test:1: function "nothing" not defined'],
    ['{{ $x }}', 'template: test:1: undefined variable "$x"'],
    ['{{ "a }}', 'template: test:1: unterminated quoted string'],
    ['{{\u00a0}}', 'template: test:1: unrecognized character in action: U+00A0'],
    ['{{ (1 }}', 'template: test:1: unclosed left paren'],
    ['{{ }}', 'template: test:1: missing value for command'],
    ['{{ break }}', 'template: test:1: {{break}} outside {{range}}'],
    ['{{/* x }}', 'template: test:1: unclosed comment'],
    ['{{ 1 | 2 }}', 'template: test:1: non executable command in pipeline stage 2'],
    ['{{ "a".b }}', 'template: test:1: unexpected . after term "\\"a\\""'],
    ['{{ tmpl "x" . }}', 'template: test:1: function "tmpl" not defined'],
  ])('%s cannot be read', async (text, message) => {
    await expect(expand(text)).rejects.toMatchObject({ code: 'template_syntax', message });
  });

  test.each([
    [
      '{{ query "none" | first }}',
      '1:18: executing "test" at <first>: error calling first: first() called on vector with no elements',
    ],
    [
      '{{ humanize "one" }}',
      '1:3: executing "test" at <humanize "one">: error calling humanize: strconv.ParseFloat: parsing "one": invalid syntax',
    ],
    [
      '{{ (query "m").banana }}',
      `1:10: executing "test" at <"m">: can't evaluate field banana in type template.queryResult`,
    ],
    ['{{ label "a" "b" }}', '1:13: executing "test" at <"b">: can\'t handle "b" for arg of type *template.sample'],
    ['{{ first }}', '1:3: executing "test" at <first>: wrong number of args for first: want 1 got 0'],
    ['{{ 1 2 }}', `1:3: executing "test" at <1>: can't give argument to non-function 1`],
    ['{{ eq 1 1.0 }}', '1:3: executing "test" at <eq 1 1.0>: error calling eq: incompatible types for comparison'],
    ['{{ range 1.5 }}{{ end }}', `1:9: executing "test" at <1.5>: range can't iterate over 1.5`],
    ['{{ define "t" }}{{ template "t" }}{{ end }}{{ template "t" }}', 'exceeded maximum template depth (100)'],
    ['{{ nil }}', '1:3: executing "test" at <nil>: nil is not a command'],
    ['{{ toUpper 1 }}', '1:11: executing "test" at <1>: expected string; found 1'],
    ['{{ toUpper now }}', '1:11: executing "test" at <now>: wrong type for value; expected string; got float64'],
    ['{{ template "t" }}', '1:12: executing "test" at <{{template "t"}}>: template "t" not defined'],
    [
      'é\n{{ match "(" "a" }}',
      '2:3: executing "test" at <match "(" "a">: error calling match: error parsing regexp: missing closing )',
    ],
    ['{{ printf "%1000000d" 1 | len }}', ''],
  ])('%s fails', async (text, message) => {
    if (message === '') expect(await expand(text)).toBe('1000');
    else await expect(expand(text)).rejects.toThrow(message);
  });

  test('long work rests', async () => {
    let rests = 0;
    const pace = async () => void rests++;
    await expand(
      '{{ range . }}{{ . }}{{ end }}',
      Array.from({ length: 500 }, () => 'x'),
      { pace },
    );
    expect(rests).toBe(5);
  });

  test('a result has an end', async () => {
    const data = Array.from({ length: 1000 }, () => new TemplateSample(metric('a'), 1));
    const text = '{{ range . }}{{ range $ }}{{ range $ }}x{{ end }}{{ end }}{{ end }}';
    await expect(expand(text, data)).rejects.toThrow('it takes more than 1000000 steps');
    const long = `{{ range . }}${'x'.repeat(2000)}{{ end }}`;
    const doubled = '{{ $x := "abcdefgh" }}{{ range . }}{{ $x = print $x $x }}{{ end }}{{ len $x }}';
    await expect(expand(doubled, data)).rejects.toThrow('error calling print: the result is longer than 1048576');
    await expect(expand(long, data)).rejects.toThrow('the result is longer than 1048576 characters');
  });
});
