import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import * as fc from 'fast-check';
import * as z from 'zod';
import { beforeAll, describe, expect, it } from 'vitest';
import { withZodSubset } from '../../../edge/adapters/bundle/with-zod-subset.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { valuesOf, type Schema } from './values-of.ts';

interface Parsed {
  readonly success: boolean;
  readonly data?: unknown;
  readonly error?: { readonly issues: readonly { readonly path: readonly unknown[]; readonly message: string }[] };
}
type Module = Readonly<Record<string, { safeParse(value: unknown): Parsed }>>;
type Modules = Readonly<Record<string, Module>>;

const RUNS = 60;
const FORMAT_1 = 'test/edge/fixtures/format-1/blobs';
const BUNDLES = ['edge/adapters/workerd/full.ts', 'edge/adapters/workerd/lite.ts', 'packages/edge/worker.ts'];

/** Every file with a schema that a worker or a browser reads by. */
async function filesWithSchemas(): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: BUNDLES,
    outdir: 'unused',
    write: false,
    bundle: true,
    metafile: true,
    platform: 'browser',
    format: 'esm',
    external: ['*.wasm', 'onnxruntime-web/*', 'node:*'],
    logLevel: 'error',
  });
  const isZod = /\/zod\/(mini\/)?index\.js$/;
  return Object.entries(metafile.inputs)
    .filter(([file, { imports }]) => !file.startsWith('node_modules') && imports.some(({ path }) => isZod.test(path)))
    .map(([file]) => file);
}

async function bundled(files: readonly string[]): Promise<Modules> {
  const outfile = join(temporaryFolder('zod-subset'), 'schemas.mjs');
  const lines = files.map((file, i) => `import * as m${i} from ${JSON.stringify(resolve(file))};`);
  const names = files.map((file, i) => `${JSON.stringify(file)}: m${i}`);
  const made = await build({
    stdin: { contents: `${lines.join('\n')}\nexport default { ${names.join(', ')} };`, resolveDir: process.cwd() },
    outfile,
    bundle: true,
    format: 'esm',
    plugins: [withZodSubset],
    metafile: true,
    logLevel: 'error',
  });
  expect(Object.keys(made.metafile.inputs).filter((file) => file.includes('node_modules/zod'))).toEqual([]);
  return ((await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as { default: Modules }).default;
}

const shown = ({ success, data, error }: Parsed): unknown =>
  success ? { data } : error?.issues.map(({ path, message }) => ({ path, message }));

describe('the part of zod in bundles says what zod says', () => {
  let whole: Modules;
  let part: Modules;
  beforeAll(async () => {
    const files = await filesWithSchemas();
    const modules = files.map(async (file) => [file, await import(/* @vite-ignore */ resolve(file))] as const);
    whole = Object.fromEntries(await Promise.all(modules));
    part = await bundled(files);
  });

  it('of each schema that a bundle reads by', () => {
    const seen = { right: 0, wrong: 0 };
    let schemas = 0;
    for (const [file, module] of Object.entries(whole)) {
      for (const [name, schema] of Object.entries(module)) {
        if (!(schema instanceof z.core.$ZodType)) continue;
        schemas++;
        const ofPart = part[file]![name]!;
        const compare = (value: unknown): void => {
          const said = z.safeParse(schema, value) as Parsed;
          seen[said.success ? 'right' : 'wrong']++;
          expect(shown(ofPart.safeParse(value)), `${name} of ${file}`).toEqual(shown(said));
        };
        fc.assert(fc.property(valuesOf(schema as unknown as Schema), compare), { numRuns: RUNS });
      }
    }
    expect(schemas).toBeGreaterThan(30);
    expect(seen.right).toBeGreaterThan(300);
    expect(seen.wrong).toBeGreaterThan(300);
  });

  it('of releases of the format before, which it brings into the present one', () => {
    type Read = (content: unknown) => Parsed;
    const readOf = (modules: Modules) => modules['schema/format-1.ts']!['readReleaseDocument'] as unknown as Read;
    const documents = readdirSync(FORMAT_1)
      .map((blob) => readFileSync(join(FORMAT_1, blob), 'utf8'))
      .filter((text) => text.startsWith('{'))
      .map((text) => JSON.parse(text) as object);
    expect(documents.length).toBeGreaterThan(0);
    for (const document of documents) {
      for (const given of [document, { ...document, recipe: null }, { ...document, rules: [] }]) {
        expect(shown(readOf(part)(given))).toEqual(shown(readOf(whole)(given)));
      }
      expect(readOf(part)(document).success).toBe(true);
    }
  });
});
