// Runs the program from its sources, with the stand-in for the sample application.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

await runnerImport(fileURLToPath(new URL('./hearth-with-fixture.ts', import.meta.url)), {
  configFile: false,
  logLevel: 'error',
});
