import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['{packages,apps}/**/src/**/*.test.ts', 'e2e/browser/**/*.test.ts', 'e2e/repository/**/*.test.ts'],
    testTimeout: 20_000,
    reporters: ['default'],
  },
});
