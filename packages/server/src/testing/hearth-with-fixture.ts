import { runAsProcess } from '../cli/run-as-process.ts';
import { FIXTURE_ENTRY } from './fixture.ts';

await runAsProcess({ locateSampleApplication: () => FIXTURE_ENTRY });
