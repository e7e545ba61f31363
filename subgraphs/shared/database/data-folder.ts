import { spawnSync } from 'node:child_process';
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
import { join } from 'node:path';
import { unusable, type PostgresHome } from './postgres-home.ts';

const MAJOR = '18';

/** Makes the data folder if there is none; refuses one that this Postgres can't read. */
export function ensureDataFolder(home: PostgresHome, initdb: string, password: string): void {
  const { dataDir } = home;
  const versionFile = join(dataDir, 'PG_VERSION');
  if (!existsSync(versionFile)) {
    if (existsSync(dataDir) && readdirSync(dataDir).length > 0) {
      throw unusable(dataDir, 'it has files but no PG_VERSION, so it is not a data folder of Postgres');
    }
    initialise(home, initdb, password);
  }
  const version = readFileSync(versionFile, 'utf8').trim();
  if (version !== MAJOR) {
    throw unusable(dataDir, `it was made by Postgres ${version.slice(0, 10) || '(unknown)'}, and this is ${MAJOR}`);
  }
}

/** Into a folder beside, renamed when it is whole: a first start that is killed half-way leaves nothing to trip over. */
function initialise(home: PostgresHome, initdb: string, password: string): void {
  const half = `${home.dataDir}.new`;
  const passwordFile = join(home.base, 'postgres.first-password');
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { mode: 0o700 });
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (home.user) {
    chownSync(half, home.user.uid, home.user.gid);
    chownSync(passwordFile, home.user.uid, home.user.gid);
  }
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', passwordFile];
  const made = spawnSync(initdb, ['-D', half, ...access, ...locale, '--no-instructions'], {
    cwd: '/',
    encoding: 'utf8',
    ...home.user,
  });
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    rmSync(half, { recursive: true, force: true });
    const said = (made.stderr || made.error?.message || '').trim().split('\n').slice(-2).join(' | ');
    throw unusable(home.dataDir, `it could not be made: ${said}`);
  }
  rmSync(home.dataDir, { recursive: true, force: true }); // empty, as the caller has seen
  renameSync(half, home.dataDir);
}
