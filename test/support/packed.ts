import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** A folder of somebody's own, with nothing in it but packages that were installed there. */
export class EmptyFolder {
  readonly path = temporaryFolder('app');

  /** Packs packages as they would be published, and installs them. */
  install(folders: readonly string[]): void {
    const packed = folders.map((folder) =>
      join(this.path, this.run('npm', ['pack', '--silent', '--pack-destination', this.path, resolve(folder)]).trim()),
    );
    writeFileSync(join(this.path, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
    this.run('npm', ['install', '--silent', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps', ...packed]);
  }

  /** Takes a package of this project's own along, as if it had been installed. */
  link(name: string): void {
    const place = join(this.path, 'node_modules', name);
    mkdirSync(join(place, '..'), { recursive: true });
    symlinkSync(resolve('node_modules', name), place);
  }

  write(name: string, text: string): string {
    const file = join(this.path, name);
    writeFileSync(file, text);
    return file;
  }

  /** Runs a program there; answers what it printed. Throws where it failed. */
  run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: this.path,
      encoding: 'utf8',
      timeout: 120_000,
      env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1', ...env },
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  }
}
