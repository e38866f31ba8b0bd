/** What the program tells the shell when it ends. */
export const EXIT_CODE = {
  fine: 0,
  failed: 1,
  badUsage: 2,
} as const;

export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];
