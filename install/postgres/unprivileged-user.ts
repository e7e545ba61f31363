import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Credentials {
  readonly uid: number;
  readonly gid: number;
}

const NAMES = ['postgres', 'nobody'];

/**
 * Postgres refuses to run as root: then the account that owns the data runs it, or, the first time, an existing account
 * without rights. Undefined for ordinary users, who run it themselves.
 */
export function unprivilegedUser(dataDir: string): Credentials | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (existsSync(dataDir)) {
    const { uid, gid } = statSync(dataDir);
    if (uid !== 0) return { uid, gid };
  }
  const accounts = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  for (const name of NAMES) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  return { uid: 65534, gid: 65534 };
}

/** Whether the account may enter every folder on the way to `path` (which itself may not exist yet). */
export function canReach(path: string, user: Credentials): boolean {
  const parent = dirname(path);
  return (parent === path || canReach(parent, user)) && (!existsSync(path) || mayEnter(path, user));
}

function mayEnter(path: string, { uid, gid }: Credentials): boolean {
  const { mode, uid: owner, gid: group } = statSync(path);
  if (owner === uid) return (mode & 0o100) !== 0;
  if (group === gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
