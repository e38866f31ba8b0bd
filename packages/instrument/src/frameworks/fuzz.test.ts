import express5 from 'express';
import express4 from 'express4';
import { expressFramework } from '../testing/apps/express-app.ts';
import { fastifyFramework } from '../testing/apps/fastify-app.ts';
import { honoFramework } from '../testing/apps/hono-app.ts';
import { koaFramework } from '../testing/apps/koa-app.ts';
import { nodeFramework } from '../testing/apps/node-app.ts';
import { describeFuzz } from './fuzz.suite.ts';

const FRAMEWORKS = [
  expressFramework('Express 4', express4),
  expressFramework('Express 5', express5),
  fastifyFramework,
  koaFramework,
  honoFramework,
  nodeFramework,
];

for (const framework of FRAMEWORKS) describeFuzz(framework, 100_000 / FRAMEWORKS.length);
