#!/usr/bin/env node
// npm links programs when it installs, before anything is built: what it links has to be there by then.
await import('../dist/cli/main.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.url ?? error.message).includes('dist/cli/main.js'))
    throw error;
  console.error('error[HEARTH_NOT_BUILT]: the program has not been built; run: npm run build');
  process.exitCode = 1;
});
