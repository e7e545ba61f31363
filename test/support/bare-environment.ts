/** What a process needs that must get nothing else from this one: where programs are, and the test file's folder. */
export const bareEnvironment = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  TMPDIR: process.env['TMPDIR'] ?? '',
});
