import { fastifyFramework } from '../testing/apps/fastify-app.ts';
import { describeContract } from './contract.suite.ts';

describeContract(fastifyFramework);
