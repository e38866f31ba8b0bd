import { describe, expect, it } from 'vitest';
import { describeExposition } from '../testing/describe-exposition.ts';

const read = (input: string | Uint8Array) => describeExposition(input, 'prometheus-text');

describe('the text format 0.0.4', () => {
  it.each([
    // The lines of Prometheus' own test, in its order.
    ['a 4.9351e-05', '{__name__="a"} 4.9351e-05'],
    ['a{b="c"} 1', '{__name__="a", b="c"} 1'],
    ['a{b="c",} 7.424100000000001e-05', '{__name__="a", b="c"} 7.424100000000001e-05'],
    ['a{z="c",a="b"} 1', '{__name__="a", a="b", z="c"} 1'],
    ['a{b="c", d="e"} 1', '{__name__="a", b="c", d="e"} 1'],
    ['a{ b="c", d="e"} 1', '{__name__="a", b="c", d="e"} 1'],
    ['a { b="c", d="e" } 1', '{__name__="a", b="c", d="e"} 1'],
    ['a { b= "c", d= "e", } 1', '{__name__="a", b="c", d="e"} 1'],
    ['a { b = "c" d = "e" } 1', '{__name__="a", b="c", d="e"} 1'],
    ['a{} 1', '{__name__="a"} 1'],
    ['a\t{b\t=\t"c"}\t1\t5\t', '{__name__="a", b="c"} 1 @5'],
    ['some:aggregate:rate5m{a_b="c"}\t1', '{__name__="some:aggregate:rate5m", a_b="c"} 1'],
    ['_a{_b="c"} 1', '{__name__="_a", _b="c"} 1'],
    ['a 33  \t123123', '{__name__="a"} 33 @123123'],
    ['  a 1', '{__name__="a"} 1'],
    ['a{b="\\"bar\\""} 1', '{__name__="a", b="\\"bar\\""} 1'],
    ['a{b="x\\\\n\\ny\\z"} 1', '{__name__="a", b="x\\\\n\\ny\\\\z"} 1'],
    ['a{b="two\nlines"} 1', '{__name__="a", b="two\\nlines"} 1'],
    ['a{b="abc\0"} 1', '{__name__="a", b="abc\\x00"} 1'],
    ['a{b="é😀"} 1', '{__name__="a", b="é😀"} 1'],
    ['a{b=""} 1', '{__name__="a"} 1'],
    ['a{__type__="counter"} 1', '{__name__="a", __type__="counter"} 1'],
    ['a{b="c"}1', '{__name__="a", b="c"} 1'],
    ['a-1', '{__name__="a"} -1'],
    ['{"my.name"} 99', '{__name__="my.name"} 99'],
    ['{"my.name",b="c"} 1', '{__name__="my.name", b="c"} 1'],
    ['{ "my.name", b = "c", } 1', '{__name__="my.name", b="c"} 1'],
    ['{b="c","my.name"} 1', '{__name__="my.name", b="c"} 1'],
    ['{"a \\"b\\" {c\\nd}","e.f\\n"="6"} 10.0', '{__name__="a \\"b\\" {c\\nd}", "e.f\\n"="6"} 10'],
    ['a{"b.c"="d"} 1', '{__name__="a", "b.c"="d"} 1'],
  ])('%j', (line, series) => {
    expect(read(line)).toEqual([series]);
    expect(read(`${line}\n`)).toEqual([series]);
    expect(read(`# c\n\n \t\n${line}\n\n`)).toEqual(['comment "# c"', series]);
  });

  it.each([
    ['1', '1'],
    ['+1.5', '1.5'],
    ['-1e3', '-1000'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['NaN', 'NaN'],
    ['nan', 'NaN'],
    ['+Inf', '+Inf'],
    ['-inf', '-Inf'],
    ['Infinity', '+Inf'],
    ['1e-400', '0'],
    ['12345678901234567890', '1.2345678901234567e+19'],
  ])('value %s', (text, value) => {
    expect(read(`a ${text}`)).toEqual([`{__name__="a"} ${value}`]);
  });

  it.each([
    ['0', '0'],
    ['000123', '123'],
    ['1520879607789', '1520879607789'],
    ['00000000000000000000000000001', '1'],
    ['9007199254740993', '9007199254740992'],
    ['9223372036854775807', '9223372036854776000'],
  ])('timestamp %s', (text, timestamp) => {
    expect(read(`a 1 ${text}`)).toEqual([`{__name__="a"} 1 @${timestamp}`]);
  });

  it.each([
    ['# HELP a Text with  blanks. ', 'help a "Text with  blanks. "'],
    ['#\t HELP \ta Text', 'help a "Text"'],
    ['# HELP a', 'help a ""'],
    ['# HELP a ', 'help a ""'],
    ['# HELP a \t ', 'help a ""'],
    ['# HELP a  two blanks', 'help a " two blanks"'],
    ['# HELP a x\\\\y\\nz\\"\\', 'help a "x\\\\y\\nz\\\\\\"\\\\"'],
    ['# HELP a foo\0bar', 'help a "foo\\u0000bar"'],
    ['# HELP "my.name" Text', 'help my.name "Text"'],
    ['# HELP "a\\"b" Text', 'help a"b "Text"'],
    ['# HELP a.b Text', 'help a "b Text"'],
    ['# TYPE a counter', 'type a counter'],
    ['# TYPE a gauge', 'type a gauge'],
    ['# TYPE a histogram', 'type a histogram'],
    ['# TYPE a summary', 'type a summary'],
    ['# TYPE a untyped', 'type a unknown'],
    ['# TYPE\ta\tgauge', 'type a gauge'],
    ['#', 'comment "#"'],
    ['#HELP a b', 'comment "#HELP a b"'],
    ['# HELPER a', 'comment "# HELPER a"'],
    ['# HELP', 'comment "# HELP"'],
    ['# TYP', 'comment "# TYP"'],
    ['# EOF', 'comment "# EOF"'],
    ['# with \\n and \0', 'comment "# with \\\\n and \\u0000"'],
  ])('%j', (line, entry) => {
    expect(read(line)).toEqual([entry]);
    expect(read(`${line}\na 1\n`)).toEqual([entry, '{__name__="a"} 1']);
  });

  it('rewrites the boundaries of histograms and summaries', () => {
    const input = `# TYPE h histogram
h_bucket{le="1",quantile="1"} 1
h_bucket{le="+Inf"} 1
h_bucket{le="1e-3"} 1
h_bucket{le="oops"} 1
# TYPE s summary
s{quantile="0",le="1"} 1
s{quantile="0.50"} 1
# TYPE g gauge
g{le="1",quantile="1"} 1
`;
    expect(read(input).filter((line) => !line.startsWith('type'))).toEqual([
      '{__name__="h_bucket", le="1.0", quantile="1"} 1',
      '{__name__="h_bucket", le="+Inf"} 1',
      '{__name__="h_bucket", le="0.001"} 1',
      '{__name__="h_bucket", le="oops"} 1',
      '{__name__="s", le="1", quantile="0.0"} 1',
      '{__name__="s", quantile="0.5"} 1',
      '{__name__="g", le="1", quantile="1"} 1',
    ]);
  });

  it('reads nothing from nothing', () => {
    expect(read('')).toEqual([]);
    expect(read('\n \n\t')).toEqual([]);
  });
});

describe('the text format 0.0.4 refuses', () => {
  const invalid = (text: string) => Buffer.from(text, 'latin1');

  it.each<[string | Uint8Array, string]>([
    ['a', '1:2 unexpected_token expected value after metric, got the end of the input'],
    ['a\n', '1:2 unexpected_token expected value after metric, got the end of the line'],
    ["a{b='c'} 1\n", '1:5 unexpected_token expected label value, got "\'"'],
    ['a{b=\n', '1:5 unexpected_token expected label value, got the end of the line'],
    [invalid('a{\xff="foo"} 1\n'), '1:3 unexpected_token expected label name, got "\ufffd"'],
    [invalid('a{b="\xff"} 1\n'), '1:5 bad_utf8 invalid UTF-8 in label value "\\"\ufffd\\""'],
    [invalid('{"\xff"} 1\n'), '1:2 bad_utf8 invalid UTF-8 in name "\\"\ufffd\\""'],
    [invalid('# HELP a \xff\n'), '1:10 bad_utf8 invalid UTF-8 in help text "\ufffd"'],
    ['{"a", "b = "c"}', '1:13 unexpected_token expected "=" after the label name, got "c"'],
    ['{"a",b\\nc="d"} 1', '1:7 unexpected_token expected "=" after the label name, got "\\\\"'],
    ['a true\n', '1:3 bad_value cannot read "true" as a number'],
    ['a{b="', '1:5 unexpected_token expected label value, got a quoted string that does not end properly'],
    ['a{b="\\\n"} 1', '1:5 unexpected_token expected label value, got a quoted string that does not end properly'],
    ['a{"b', '1:3 unexpected_token expected label name, got a quoted string that does not end properly'],
    ['a{=""} 0', '1:3 unexpected_token expected label name, got "="'],
    ['a{""="x"} 0', '1:3 empty_label_name label name is empty'],
    ['{""} 0', '1:2 missing_metric_name metric name is empty'],
    ['{A}0', '1:3 unexpected_token expected "=" after the label name, got "}"'],
    ['{} 0', '1:1 missing_metric_name metric name not set'],
    ['{a="ok"} 1', '1:1 missing_metric_name metric name not set'],
    ['a{"b"} 1', '1:3 duplicate_metric_name metric name is already set'],
    ['{"a","b"} 1', '1:6 duplicate_metric_name metric name is already set'],
    ['a{,b="c"} 1', '1:3 unexpected_token expected label name, got ","'],
    ['a{b="c",,d="e"} 1', '1:9 unexpected_token expected label name, got ","'],
    ['a{b:c="d"} 1', '1:4 unexpected_token expected "=" after the label name, got ":"'],
    ['a 1_2\n', '1:3 bad_value cannot read "1_2" as a number'],
    ['a 0x1p-3\n', '1:3 bad_value cannot read "0x1p-3" as a number'],
    ['a 1e400\n', '1:3 bad_value cannot read "1e400" as a number'],
    ['a 1\r\n', '1:3 bad_value cannot read "1\\r" as a number'],
    ['a 0 1_2\n', '1:6 unexpected_token expected the end of the line after the timestamp, got "_"'],
    ['a 0 1.5\n', '1:6 unexpected_token expected the end of the line after the timestamp, got "."'],
    ['a 0 -1\n', '1:5 unexpected_token expected timestamp or the end of the line, got "-"'],
    ['a 0 1 2\n', '1:7 unexpected_token expected the end of the line after the timestamp, got "2"'],
    ['a 0 9223372036854775808\n', '1:5 bad_timestamp timestamp "9223372036854775808" is out of range'],
    ['a 0 99999999999999999999\n', '1:5 bad_timestamp timestamp "99999999999999999999" is out of range'],
    ['a 1 # {b="c"} 2\n', '1:5 unexpected_token expected timestamp or the end of the line, got "#"'],
    ['a 1{', '1:4 unexpected_token expected timestamp or the end of the line, got "{"'],
    ['a {b="c"} {d="e"} 1', '1:11 unexpected_token expected value after metric, got "{"'],
    ['9 1', '1:1 unexpected_token expected a metric name, "{" or "#", got "9"'],
    ['"a" 1', '1:1 unexpected_token expected a metric name, "{" or "#", got "\\""'],
    ['é 1', '1:1 unexpected_token expected a metric name, "{" or "#", got "é"'],
    ['# TYPE #\n', '1:8 unexpected_token expected metric name after TYPE, got "#"'],
    ['# HELP \n', '1:8 unexpected_token expected metric name after HELP, got the end of the line'],
    ['# TYPE a\n', '1:9 bad_metric_type invalid metric type ""'],
    ['# TYPE a info\n', '1:10 bad_metric_type invalid metric type "info"'],
    ['# TYPE a  gauge\n', '1:10 bad_metric_type invalid metric type " gauge"'],
    ['# TYPE a gauge \n', '1:10 bad_metric_type invalid metric type "gauge "'],
    ['# TYPE a.b gauge\n', '1:10 bad_metric_type invalid metric type "b gauge"'],
    ['a{b=\0"c"} 1', '1:5 unexpected_token expected label value, got "\\x00"'],
    ['a{b="\0', '1:5 unexpected_token expected label value, got a quoted string that does not end properly'],
    ['a{b\0="c"} 1', '1:4 unexpected_token expected "=" after the label name, got "\\x00"'],
    ['{"a\0"} 1', '1:2 unexpected_token expected label name, got a quoted string that does not end properly'],
    ['a\0{b="c"} 1', '1:2 unexpected_token expected value after metric, got "\\x00"'],
    ['a 0 1\0', '1:6 unexpected_token expected the end of the line after the timestamp, got "\\x00"'],
    ['\0a 1', '1:1 unexpected_token expected a metric name, "{" or "#", got "\\x00"'],
    ['a{b="c",b="d"} 1', '1:1 duplicate_label_name label name "b" is not unique'],
    ['a{b="c",__name__="d"} 1', '1:1 duplicate_label_name label name "__name__" is not unique'],
  ])('%j', (input, error) => {
    expect(read(input)).toEqual([`error ${error}`]);
  });

  it('what is further down, with its line and its column in characters', () => {
    expect(read('# é\na 1\n\nb{é😀="c"} 1\n').at(-1)).toBe('error 4:3 unexpected_token expected label name, got "é"');
    expect(read('a{b="x\ny"} 1\na{b="😀😀"} x\n').at(-1)).toBe('error 3:11 bad_value cannot read "x" as a number');
  });

  it('long nonsense with a short message', () => {
    const [error] = read(`a ${'x'.repeat(100_000)}`);
    expect(error).toBe(`error 1:3 bad_value cannot read "${'x'.repeat(40)}"… as a number`);
  });
});
