import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import type { Framework } from '../testing/apps/framework.ts';
import { describeConnections } from './connections.suite.ts';
import { describeCounting } from './counting.suite.ts';
import { describeEndpoint } from './endpoint.suite.ts';
import { describeErrors } from './errors.suite.ts';
import { describeMeasures } from './measures.suite.ts';
import { describeOptions } from './options.suite.ts';

/** What every adapter promises, held against the real framework over real connections. */
export function describeContract(framework: Framework): void {
  describe(framework.name, () => {
    beforeEach(() => {
      vi.spyOn(console, 'error').mockClear();
      vi.spyOn(console, 'warn').mockClear();
    });
    afterEach(() => {
      expect(console.error).not.toHaveBeenCalled();
      expect(console.warn).not.toHaveBeenCalled();
    });
    describeCounting(framework);
    describeErrors(framework);
    describeConnections(framework);
    describeMeasures(framework);
    describeOptions(framework);
    describeEndpoint(framework);
  });
}
