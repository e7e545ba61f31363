import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { DomainError } from '../../core/errors.ts';
import { validated } from '../../schema/validated.ts';

/** A script of the example's folder, with what it is given besides `--data`, `--graph` and `--edge`. */
const Script = z.strictObject({ script: z.string(), arguments: z.array(z.string()).default([]) });

/** What `examples/<name>/example.json` says of an example: all that `npm start` knows of it. */
const Manifest = z.strictObject({
  /** That of its folder. */
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens'),
  /** One line of the greeting. */
  title: z.string(),
  /** Packages without which it is left out. */
  needs: z.array(z.string()).default([]),
  /** Set up where it is asked for by its name, or by its own command, and not by every first start. */
  onDemand: z.boolean().default(false),
  /** Run once, at the first start. */
  setup: Script,
  /** Prints the lines to paste, at each start; nothing, or a failure, where the example does not serve. */
  greeting: Script,
  /** How a person runs its commands. */
  commands: z.string(),
  /** The folder of a web page, which the edge serves under `/<name>/`. */
  page: z.string().optional(),
  /** Folders below its data folder whose Parquet features may read. */
  sources: z.array(z.string()).default([]),
});
type Manifest = z.infer<typeof Manifest>;

export interface Example extends Manifest {
  /** The packages of `needs` that are not installed: they may come with the development dependencies alone. */
  readonly missing: readonly string[];
  /** Where it keeps what it derives, in the data folder of an install. */
  dataFolder(dataDir: string): string;
  /** Where its web page lies as built; null: it has none, or it is not built. */
  readonly pageFolder: string | null;
  /** The file that Node runs. */
  scriptFile(script: Manifest['setup']): string;
}

/** The choice of a start among examples, and where those on demand may have been set up. */
export interface ExampleChoice {
  /** `true` for all but those on demand, `false` for none, or a name. */
  readonly example: string;
  readonly dataDir: string;
}

/** The examples that a start sets up and greets with; those on demand once somebody has begun to set them up. */
export const chosenExamples = (
  examples: readonly Example[],
  { example: choice, dataDir }: ExampleChoice,
): readonly Example[] =>
  examples.filter((example) =>
    choice === 'true' ? !example.onDemand || existsSync(example.dataFolder(dataDir)) : choice === example.name,
  );

export interface ExamplePlaces {
  /** The folder with `examples/` in it, as written. */
  readonly root: string;
  /** The folder with `examples/` in it, as built. */
  readonly built: string;
}

/** All examples by their files, sorted by name. Throws FAILED_PRECONDITION for a file that is not right. */
export function findExamples(places: ExamplePlaces): readonly Example[] {
  const folder = join(places.root, 'examples');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name, 'example.json'))
    .filter((file) => existsSync(file))
    .toSorted()
    .map((file) => readExample(file, places));
}

function readExample(file: string, { built }: ExamplePlaces): Example {
  const manifest = parsed(file);
  const { name, needs, page } = manifest;
  if (name !== basename(dirname(file))) throw wrong(file, `name: must be that of its folder, and is ${name}`);
  const pageFolder = page === undefined ? null : join(built, 'examples', name, page);
  return {
    ...manifest,
    pageFolder: pageFolder !== null && existsSync(pageFolder) ? pageFolder : null,
    missing: needs.filter((each) => !isInstalled(each)),
    dataFolder: (dataDir) => join(dataDir, 'examples', name),
    scriptFile: ({ script }) => builtFile(join(built, 'examples', name, script)),
  };
}

function parsed(file: string): Manifest {
  try {
    return validated(Manifest, JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw wrong(file, error instanceof Error ? error.message : String(error));
  }
}

const wrong = (file: string, why: string): DomainError =>
  new DomainError('FAILED_PRECONDITION', `${file} can't be used: ${why}`);

/** What is written as TypeScript runs as what was built of it. */
const builtFile = (file: string): string => (existsSync(file) ? file : file.replace(/\.ts$/, '.js'));

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
