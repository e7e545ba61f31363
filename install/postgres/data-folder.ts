import { spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { unusable, type PostgresHome } from './home.ts';
import { serverEnvironment } from './server-environment.ts';

const MAJOR = '18';

// Sorting and case by code point, from Postgres itself: the same on every platform, and no upgrade of the system's
// library can break an index.
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];

/** Whether there is data. Throws FAILED_PRECONDITION when what is there is not data of this version. */
export function hasData({ dataDir }: PostgresHome): boolean {
  if (!existsSync(dataDir)) return false;
  const files = readdirSync(dataDir);
  if (files.length === 0) return false;
  if (!files.includes('PG_VERSION')) {
    throw unusable(dataDir, 'it has files but no PG_VERSION, so it is not a data folder of Postgres');
  }
  const version = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim();
  if (version !== MAJOR) {
    throw unusable(dataDir, `it was made by Postgres ${version.slice(0, 10) || '(unknown)'}, and this is ${MAJOR}`);
  }
  return true;
}

/** Into a folder beside, renamed when it is whole: a first start that is killed half-way leaves nothing to trip over. */
export async function makeData(home: PostgresHome, initdb: string, password: string): Promise<void> {
  const { dataDir, base, user } = home;
  removeHalves(home);
  const half = `${dataDir}.new-${process.pid}`;
  const passwordFile = join(base, `postgres.first-password-${process.pid}`);
  try {
    mkdirSync(half, { mode: 0o700 });
    writeFileSync(passwordFile, password, { mode: 0o600 });
    if (user) for (const path of [half, passwordFile]) chownSync(path, user.uid, user.gid);
    const access = ['-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', passwordFile];
    await run(home, initdb, ['-D', half, '--no-sync', '--no-instructions', ...access, ...LOCALE]);
    rmSync(dataDir, { recursive: true, force: true }); // empty, as the caller has seen
    renameSync(half, dataDir);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/**
 * Has the disk hold what `makeData` wrote, which on a busy one takes seconds: beside the server, so that nobody waits.
 * The server itself syncs whatever is written from now on.
 */
export async function bringToDisk(home: PostgresHome, initdb: string): Promise<void> {
  // A file that the server removes meanwhile makes it fail: the rest is a matter of the next checkpoint.
  await run(home, initdb, ['-D', home.dataDir, '--sync-only']).catch(() => undefined);
}

/** What a killed start left. Its initdb may still be writing there: then the rest goes the next time. */
function removeHalves({ dataDir, base }: PostgresHome): void {
  for (const name of readdirSync(base)) {
    if (!name.startsWith(`${basename(dataDir)}.new`) && !name.startsWith('postgres.first-password')) continue;
    try {
      rmSync(join(base, name), { recursive: true, force: true });
    } catch {
      continue;
    }
  }
}

function run({ dataDir, user }: PostgresHome, initdb: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(initdb, args, {
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      ...serverEnvironment(),
      ...user,
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once('error', (error) => reject(unusable(dataDir, `it could not be made: ${error.message}`)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      const why = said.trim().split('\n').slice(-2).join(' | ') || `initdb ended by ${signal ?? String(code)}`;
      reject(unusable(dataDir, `it could not be made: ${why}`));
    });
  });
}
