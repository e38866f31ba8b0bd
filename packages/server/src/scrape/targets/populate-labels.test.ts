import { createLabels, Labels } from '@hearth/model';
import { describe, expect, test } from 'vitest';
import { scrapeConfig } from '../testing/scrape-config.ts';
import { discoveredLabels, populateLabels } from './populate-labels.ts';

const config = scrapeConfig({ params: { module: ['one', 'two'], none: [] } });
const asItIs = { relabel: (labels: Labels) => labels };

describe('labels before relabelling', () => {
  test('are the own ones, then those of the group, then those of the job', () => {
    const target = createLabels({ __address__: 'a:1', team: 'own', job: 'mine' });
    const group = createLabels({ team: 'group', zone: 'z', __scheme__: 'https' });
    expect(discoveredLabels(target, group, config).toJSON()).toEqual({
      __address__: 'a:1',
      __metrics_path__: '/metrics',
      __param_module: 'one',
      __scheme__: 'https',
      __scrape_interval__: '10s',
      __scrape_timeout__: '10s',
      job: 'mine',
      team: 'own',
      zone: 'z',
    });
  });
});

describe('labels after relabelling', () => {
  const populate = (labels: Readonly<Record<string, string>>) =>
    populateLabels(discoveredLabels(createLabels(labels), Labels.empty, config), asItIs);

  test('have an instance, and nothing of what was found out', () => {
    const labels = populate({ __address__: 'a:1', __meta_found: 'x', __tmp: 'kept' });
    expect(labels?.get('instance')).toBe('a:1');
    expect(labels?.has('__meta_found')).toBe(false);
    expect(labels?.get('__tmp')).toBe('kept');
    expect(populate({ __address__: 'a:1', instance: 'given' })?.get('instance')).toBe('given');
  });

  test('are none if a rule drops them', () => {
    expect(populateLabels(createLabels({ __address__: 'a:1' }), { relabel: () => undefined })).toBeUndefined();
  });

  test.each([
    [{ __address__: '' }, 'no address'],
    [{ __address__: 'http://a:1' }, '"http://a:1" is not a valid hostname'],
    [{ __scrape_interval__: 'often' }, 'error parsing scrape interval: '],
    [{ __scrape_interval__: '0s' }, 'scrape interval cannot be 0'],
    [{ __scrape_timeout__: '0s' }, 'scrape timeout cannot be 0'],
    [{ __scrape_timeout__: '11s' }, 'scrape timeout cannot be greater than scrape interval (11s > 10s)'],
    [{ broken: '\ud800' }, 'the value of the label "broken" is not valid text'],
  ])('%j: %s', (labels, message) => {
    expect(() => populate({ __address__: 'a:1', ...labels })).toThrow(message);
  });
});
