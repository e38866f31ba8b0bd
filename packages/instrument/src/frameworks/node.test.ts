import { nodeFramework } from '../testing/apps/node-app.ts';
import { describeContract } from './contract.suite.ts';

describeContract(nodeFramework);
