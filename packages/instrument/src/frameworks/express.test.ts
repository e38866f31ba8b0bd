import express5 from 'express';
import express4 from 'express4';
import { expressFramework } from '../testing/apps/express-app.ts';
import { describeContract } from './contract.suite.ts';

describeContract(expressFramework('Express 4', express4));
describeContract(expressFramework('Express 5', express5));
