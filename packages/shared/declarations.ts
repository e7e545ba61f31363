import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Writes the declarations of some modules of a project into a package's folder, side by side. */
export function writeDeclarations(project: string, modules: readonly string[], folder: string): void {
  const made = mkdtempSync(join(tmpdir(), 'declarations-'));
  try {
    const options = ['--declaration', '--emitDeclarationOnly', '--noEmit', 'false', '--incremental', 'false'];
    const places = ['--tsBuildInfoFile', 'null', '--outDir', made, '--rootDir', '.'];
    execFileSync('node_modules/.bin/tsc', ['-p', project, ...options, ...places], { stdio: 'inherit' });
    for (const module of modules) {
      const file = `${module}.d.ts`;
      const target = join(folder, basename(file));
      copyFileSync(join(made, file), target);
      writeFileSync(target, asPublished(readFileSync(target, 'utf8')));
    }
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** What is published has no sources beside it, and other packages have their names. */
const asPublished = (text: string): string =>
  text.replaceAll(/(from ')(\.\/[\w-]+)\.ts'/g, "$1$2.js'").replaceAll("'../edge/client.ts'", "'@tiffin/edge'");
