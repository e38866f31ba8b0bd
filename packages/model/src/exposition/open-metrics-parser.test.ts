import { describe, expect, it } from 'vitest';
import { describeExposition } from '../testing/describe-exposition.ts';

const read = (input: string | Uint8Array) => describeExposition(input, 'openmetrics');

describe('OpenMetrics 1.0', () => {
  it.each<[line: string, entry: string]>([
    ['a 1', '{__name__="a"} 1'],
    ['a{b="c"} 4.9351e-05', '{__name__="a", b="c"} 4.9351e-05'],
    ['a{b="c",d="e",} 1', '{__name__="a", b="c", d="e"} 1'],
    ['a{} 1', '{__name__="a"} 1'],
    ['a 33 123.123', '{__name__="a"} 33 @123123'],
    ['a 17.0 1520879607.789', '{__name__="a"} 17 @1520879607789'],
    ['a 1 -0.0001', '{__name__="a"} 1 @0'],
    ['a 1 1.9999', '{__name__="a"} 1 @1999'],
    ['a 1 -1.9999', '{__name__="a"} 1 @-1999'],
    ['a 1 1e9', '{__name__="a"} 1 @1000000000000'],
    ['a NaN', '{__name__="a"} NaN'],
    ['a{b="x\\\\y\\nz\\"\\q"} 1', '{__name__="a", b="x\\\\y\\nz\\"\\\\q"} 1'],
    ['a{b="abc\0"} 1', '{__name__="a", b="abc\\x00"} 1'],
    ['{"my.name"} 1', '{__name__="my.name"} 1'],
    ['{b="c","my.name",d="e"} 1', '{__name__="my.name", b="c", d="e"} 1'],
    ['a{"b.c"="d"} 1', '{__name__="a", "b.c"="d"} 1'],
    ['a 1 # {id="x"} 4', '{__name__="a"} 1 # {id="x"} 4'],
    ['a 1 2 # {id="x",y="z",} 4 123.321', '{__name__="a"} 1 @2000 # {id="x", y="z"} 4 @123321'],
    ['a 1 # {} 4', '{__name__="a"} 1 # {} 4'],
    ['a 1 # {"id.thing"="x\\"y"} NaN', '{__name__="a"} 1 # {"id.thing"="x\\"y"} NaN'],
    ['a_created 1520872607.123', '{__name__="a_created"} 1.520872607123e+09'],
    ['# HELP a Text', 'help a "Text"'],
    ['# HELP a ', 'help a ""'],
    ['# HELP a  \\ \\n \\\\ \\" \\x ', 'help a " \\\\ \\n \\\\ \\" \\\\x "'],
    ['# HELP a foo\0bar', 'help a "foo\\u0000bar"'],
    ['# HELP "my.name" Text', 'help my.name "Text"'],
    ['# UNIT a_seconds seconds', 'unit a_seconds "seconds"'],
    ['# UNIT "a.b_seconds" seconds', 'unit a.b_seconds "seconds"'],
    ['# UNIT a ', 'unit a ""'],
    ...['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown'].map(
      (type): [string, string] => [`# TYPE a ${type}`, `type a ${type}`],
    ),
  ])('%j', (line, entry) => {
    expect(read(`${line}\n# EOF`)).toEqual([entry]);
    expect(read(`${line}\nx 1\n# EOF\n`)).toEqual([entry, '{__name__="x"} 1']);
  });

  it('rewrites the boundaries of histograms and summaries, not those of gauge histograms', () => {
    const input = `# TYPE h histogram
h_bucket{le="1"} 1 # {le="1"} 1
# TYPE s summary
s{quantile="0"} 1
# TYPE g gaugehistogram
g_bucket{le="1"} 1
# EOF
`;
    expect(read(input).filter((line) => !line.startsWith('type'))).toEqual([
      '{__name__="h_bucket", le="1.0"} 1 # {le="1"} 1',
      '{__name__="s", quantile="0.0"} 1',
      '{__name__="g_bucket", le="1"} 1',
    ]);
  });

  it('does not carry an exemplar over to the next series', () => {
    expect(read('a 1 2 # {id="x"} 4 5\nb 1\n# EOF')).toEqual([
      '{__name__="a"} 1 @2000 # {id="x"} 4 @5000',
      '{__name__="b"} 1',
    ]);
  });

  it('may hold nothing', () => {
    expect(read('# EOF')).toEqual([]);
    expect(read('# EOF\n')).toEqual([]);
  });
});

describe('OpenMetrics 1.0 refuses', () => {
  it.each<[string | Uint8Array, string]>([
    ['', '1:1 missing_eof data does not end with # EOF'],
    ['\n', '1:1 unexpected_token expected a metric name, "{" or "#", got the end of the line'],
    ['metric', '1:7 missing_eof data does not end with # EOF'],
    ['metric 1', '1:9 missing_eof data does not end with # EOF'],
    ['metric 1 5', '1:11 missing_eof data does not end with # EOF'],
    ['metric_total 1 # {aa="bb"} 4', '1:29 missing_eof data does not end with # EOF'],
    ['a\n# EOF\n', '1:2 unexpected_token expected value after metric, got the end of the line'],
    [' a 1\n# EOF\n', '1:1 unexpected_token expected a metric name, "{" or "#", got " "'],
    ['9\n# EOF\n', '1:1 unexpected_token expected a metric name, "{" or "#", got "9"'],
    ['# TYPE u untyped\n# EOF\n', '1:10 bad_metric_type invalid metric type "untyped"'],
    ['# TYPE c counter \n# EOF\n', '1:10 bad_metric_type invalid metric type "counter "'],
    ['# TYPE c  counter\n', '1:10 bad_metric_type invalid metric type " counter"'],
    ['#  TYPE c counter\n', '1:1 unexpected_token expected "# HELP ", "# TYPE ", "# UNIT " or "# EOF", got "#"'],
    ['#\tTYPE c counter\n', '1:1 unexpected_token expected "# HELP ", "# TYPE ", "# UNIT " or "# EOF", got "#"'],
    ['# comment\n', '1:1 unexpected_token expected "# HELP ", "# TYPE ", "# UNIT " or "# EOF", got "#"'],
    ['#', '1:1 unexpected_token expected "# HELP ", "# TYPE ", "# UNIT " or "# EOF", got "#"'],
    ['# TYPE \n# EOF\n', '1:8 unexpected_token expected metric name after TYPE, got the end of the line'],
    ['# TYPE m\n# EOF\n', '1:9 unexpected_token expected text after the metric name in TYPE, got the end of the line'],
    ['# HELP m\n# EOF\n', '1:9 unexpected_token expected text after the metric name in HELP, got the end of the line'],
    ['# UNIT m\n# EOF\n', '1:9 unexpected_token expected text after the metric name in UNIT, got the end of the line'],
    ['# HELP m text', '1:14 missing_eof data does not end with # EOF'],
    ['# UNIT metric suffix\n', '1:15 bad_unit unit "suffix" is not a suffix of the metric\'s name'],
    ['# UNIT metricsuffix suffix\n', '1:21 bad_unit unit "suffix" is not a suffix of the metric\'s name'],
    ['# UNIT m suffix\n', '1:10 bad_unit unit "suffix" is not a suffix of the metric\'s name'],
    ['a\t1\n# EOF\n', '1:2 unexpected_token expected value after metric, got "\\t"'],
    ['a  1\n# EOF\n', '1:3 unexpected_token expected value after metric, got " "'],
    ['a 1\t2\n# EOF\n', '1:3 bad_value cannot read "1\\t2" as a number'],
    [
      'a 1 \n# EOF\n',
      '1:5 unexpected_token expected timestamp, exemplar or the end of the line, got the end of the line',
    ],
    ['a 1 2 \n# EOF\n', '1:6 unexpected_token expected the end of the line after the timestamp, got " "'],
    ['a 1 2 #\n# EOF\n', '1:6 unexpected_token expected the end of the line after the timestamp, got " "'],
    ['a 1 1z\n# EOF\n', '1:5 bad_timestamp cannot read "1z" as a number'],
    ['a 1 1 1\n# EOF\n', '1:6 unexpected_token expected the end of the line after the timestamp, got " "'],
    [' # EOF\n', '1:1 unexpected_token expected a metric name, "{" or "#", got " "'],
    ['# EOF\na 1', '2:1 data_after_eof unexpected data after # EOF'],
    ['# EOF\n\n', '2:1 data_after_eof unexpected data after # EOF'],
    ['# EOFa 1', '1:6 data_after_eof unexpected data after # EOF'],
    ["a{b='c'} 1\n# EOF\n", '1:5 unexpected_token expected label value, got "\'"'],
    ['a{,b="c"} 1\n# EOF\n', '1:3 unexpected_token expected label name, got ","'],
    ['a{b="c"d="e"} 1\n# EOF\n', '1:8 unexpected_token expected "," or "}" after the label value, got "d"'],
    ['a{b="c" ,d="e"} 1\n# EOF\n', '1:8 unexpected_token expected "," or "}" after the label value, got " "'],
    ['a{b="c", d="e"} 1\n# EOF\n', '1:9 unexpected_token expected label name, got " "'],
    ['a{b="c",,d="e"} 1\n# EOF\n', '1:9 unexpected_token expected label name, got ","'],
    ['a {b="c"} 1\n# EOF\n', '1:3 bad_value cannot read "{b=\\"c\\"}" as a number'],
    ['a{b="c"}1\n# EOF\n', '1:9 unexpected_token expected value after metric, got "1"'],
    [
      'a{b="two\nlines"} 1\n',
      '1:5 unexpected_token expected label value, got a quoted string that does not end properly',
    ],
    [Buffer.from('a{b="\xff"} 1\n', 'latin1'), '1:5 bad_utf8 invalid UTF-8 in label value "\\"\ufffd\\""'],
    ['{A}0\n# EOF\n', '1:3 unexpected_token expected "=" after the label name, got "}"'],
    ['{b="c",} 1', '1:1 missing_metric_name metric name not set'],
    ['a 1_2\n', '1:3 bad_value cannot read "1_2" as a number'],
    ['a 0x1p-3\n', '1:3 bad_value cannot read "0x1p-3" as a number'],
    ['a 1 1_2\n', '1:5 bad_timestamp cannot read "1_2" as a number'],
    ['a 1 NaN\n', '1:5 bad_timestamp timestamp "NaN" is out of range'],
    ['a 1 -Inf\n', '1:5 bad_timestamp timestamp "-Inf" is out of range'],
    ['a 1 1e16\n', '1:5 bad_timestamp timestamp "1e16" is out of range'],
    ['a 1 # {aa=bb}\n', '1:11 unexpected_token expected label value, got "b"'],
    ['a 1 # {aa="bb"}\n', '1:16 unexpected_token expected value after exemplar labels, got the end of the line'],
    ['a 1 # {aa="bb"}', '1:16 missing_eof data does not end with # EOF'],
    ['a 1 # {bb}', '1:10 unexpected_token expected "=" after the label name, got "}"'],
    ['a 1 # {"bb"} 1', '1:12 unexpected_token expected "=" after the label name, got "}"'],
    ['a 1 # {aa="bb",,cc="dd"} 1', '1:16 unexpected_token expected label name, got ","'],
    ['a 1 # {aa="bb"} 1_2', '1:17 bad_value cannot read "1_2" as a number'],
    ['a 1 # {aa="bb"} 4 NaN\n', '1:19 bad_timestamp timestamp "NaN" is out of range'],
    ['a 1 # {aa="bb"} 4 5 6\n', '1:20 unexpected_token expected the end of the line after the exemplar, got " "'],
    [
      'a 1 # {aa="b\0"} 4\n',
      '1:11 unexpected_token expected label value, got a quoted string that does not end properly',
    ],
    ['a 1 # {aa="b",aa="c"} 4\n# EOF\n', '1:8 duplicate_label_name label name "aa" is not unique'],
    ['a 1 #{aa="b"} 4\n', '1:5 bad_timestamp cannot read "#{aa=\\"b\\"}" as a number'],
  ])('%j', (input, error) => {
    expect(read(input)).toEqual([`error ${error}`]);
  });
});
