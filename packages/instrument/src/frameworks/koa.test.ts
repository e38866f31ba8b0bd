import { koaFramework } from '../testing/apps/koa-app.ts';
import { describeContract } from './contract.suite.ts';

describeContract(koaFramework);
