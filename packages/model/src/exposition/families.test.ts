import { describe, expect, it } from 'vitest';
import { ContentTypeError, ExpositionError } from '../errors.ts';
import { parseExposition } from './families.ts';

const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

function summary(text: string, contentType: string) {
  const { families } = parseExposition(new TextEncoder().encode(text), contentType);
  return families.map(
    ({ name, type, help, unit, samples }) =>
      `${name} ${type} "${help}" "${unit}": ${samples.map(({ labels }) => labels.toMetricString()).join(' ')}`,
  );
}

describe('parseExposition', () => {
  it('puts samples into the family that was announced', () => {
    const text = `# HELP h Takes long.
# TYPE h histogram
h_bucket{le="1"} 1
h_sum 2
h_count 1
# TYPE s summary
s{quantile="0.5"} 1
s_sum 2
s_count_x 1
# TYPE a_total counter
a_total 1
lonely 1
h_bucket{le="+Inf"} 1
g_sum 1
`;
    expect(summary(text, 'text/plain')).toEqual([
      'h histogram "Takes long." "": h_bucket{le="1.0"} h_sum h_count h_bucket{le="+Inf"}',
      's summary "" "": s{quantile="0.5"} s_sum',
      's_count_x unknown "" "": s_count_x',
      'a_total counter "" "": a_total',
      'lonely unknown "" "": lonely',
      'g_sum unknown "" "": g_sum',
    ]);
  });

  it('knows the suffixes of OpenMetrics', () => {
    const text = `# TYPE a_seconds counter
# UNIT a_seconds seconds
# HELP a_seconds Counts.
a_seconds_total 1
a_seconds_created 1
# TYPE g gaugehistogram
g_bucket{le="1"} 1
g_gcount 1
g_gsum 1
# TYPE i info
i_info{v="1"} 1
# TYPE s stateset
s{s="a"} 1
# EOF
`;
    expect(summary(text, OPENMETRICS)).toEqual([
      'a_seconds counter "Counts." "seconds": a_seconds_total a_seconds_created',
      'g gaugehistogram "" "": g_bucket{le="1"} g_gcount g_gsum',
      'i info "" "": i_info{v="1"}',
      's stateset "" "": s{s="a"}',
    ]);
  });

  it('gives samples with everything they have', () => {
    const { families, format, warnings } = parseExposition(
      Buffer.from('a{b="c"} 1.5 2 # {id="x"} 3 4\n# EOF\n'),
      OPENMETRICS,
    );
    expect({ format, warnings }).toEqual({ format: 'openmetrics', warnings: [] });
    const [{ labels, value, timestampMs, exemplar }] = families[0].samples;
    expect([labels.toString(), value, timestampMs]).toEqual(['{__name__="a", b="c"}', 1.5, 2000]);
    expect([exemplar?.labels.toString(), exemplar?.value, exemplar?.timestampMs]).toEqual(['{id="x"}', 3, 4000]);
  });

  it('passes on the warning about the fallback', () => {
    expect(parseExposition(Buffer.from('a 1'), '', 'prometheus-text').warnings).toEqual([
      'target sent a blank Content-Type, using the fallback scrape protocol',
    ]);
    expect(() => parseExposition(Buffer.from('a 1'), '')).toThrow(ContentTypeError);
  });

  it('throws where the input is bad', () => {
    expect(() => parseExposition(Buffer.from('a 1\na{b="1",b="2"} 1'), 'text/plain')).toThrow(
      new ExpositionError('duplicate_label_name', 'label name "b" is not unique', { line: 2, column: 1 }),
    );
  });
});
