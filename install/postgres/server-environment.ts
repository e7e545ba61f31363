/**
 * What the server's programs see of the environment: nothing of ours, whose secrets another account would then hold.
 * `staleServer` is the pid that a dead server left: Postgres would take a zombie or a stranger with that pid for a
 * living one, but goes on when told that it is none; its check of the shared memory still refuses if sessions live.
 */
export function serverEnvironment(staleServer?: number): { env?: NodeJS.ProcessEnv } {
  if (process.platform === 'win32') return {};
  return {
    env: {
      PATH: '/usr/bin:/bin',
      LC_ALL: 'C',
      TZ: 'UTC',
      ...(staleServer !== undefined && { PG_GRANDPARENT_PID: String(staleServer) }),
    },
  };
}
