import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type BuildOptions } from 'esbuild';
import { withZodSubset } from '../../edge/adapters/bundle/with-zod-subset.ts';

const SHARED: BuildOptions = {
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  plugins: [withZodSubset],
  legalComments: 'none',
};

const OUT = '--out=';

/** A package as it is published, built anew in its folder, or in the one that `--out=<folder>` names. */
export class PackageFolder {
  readonly path: string;
  readonly #scripts: { readonly file: string; readonly mostKb: number }[] = [];

  constructor(usual: string) {
    this.path = process.argv.find((one) => one.startsWith(OUT))?.slice(OUT.length) ?? usual;
    rmSync(this.path, { recursive: true, force: true });
    mkdirSync(this.path, { recursive: true });
  }

  /** A script of the package, with how large it may be as gzip. */
  async bundle(source: string, file: string, mostKb: number, options: BuildOptions): Promise<void> {
    await build({ ...SHARED, ...options, entryPoints: [source], outfile: join(this.path, file) });
    this.#scripts.push({ file, mostKb });
  }

  /** Name, exports and so on; version and license are the project's. */
  describe(manifest: Readonly<Record<string, unknown>>, readme: string): void {
    const { version, license } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
    const whole = { ...manifest, version, license, type: 'module', sideEffects: false, files: ['*.js', '*.d.ts'] };
    writeFileSync(join(this.path, 'package.json'), `${JSON.stringify(whole, null, 2)}\n`);
    copyFileSync(readme, join(this.path, 'README.md'));
    copyFileSync('LICENSE', join(this.path, 'LICENSE'));
  }

  /** Prints how large each script is; one that is too large fails the build. */
  printSizes(): void {
    for (const { file, mostKb } of this.#scripts) {
      const path = join(this.path, file);
      const kb = gzipSync(readFileSync(path), { level: 9 }).length / 1024;
      process.stdout.write(`${path}: ${kb.toFixed(1)} KB gzip of ${mostKb}\n`);
      if (kb <= mostKb) continue;
      process.stderr.write(`${path}: is larger than the ${mostKb} KB gzip that are allowed\n`);
      process.exitCode = 1;
    }
  }
}
