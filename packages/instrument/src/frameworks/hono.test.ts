import { honoFramework } from '../testing/apps/hono-app.ts';
import { describeContract } from './contract.suite.ts';

describeContract(honoFramework);
