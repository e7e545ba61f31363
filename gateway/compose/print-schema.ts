import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { breakingChanges, textBefore, unrecorded } from './breaking-changes.ts';
import { schemaFiles, staleFiles, builtSubgraphs, SUPERGRAPH, type SchemaFiles } from './schema-files.ts';

const FOLDER = 'schema';
const DECISIONS = 'docs/decisions';

/** `npm run schema` writes the files; with `--check` it says what is wrong with those that are there. */
async function main(check: boolean): Promise<void> {
  const subgraphs = await builtSubgraphs();
  if (subgraphs.length === 0) throw new Error('no subgraph has a schema: subgraphs/<name>/graphql/schema.ts');
  const files = schemaFiles(subgraphs);
  const stale = staleFiles(FOLDER, files);
  if (!check) {
    mkdirSync(FOLDER, { recursive: true });
    for (const [name, text] of files) writeFileSync(join(FOLDER, name), text);
    say(stale.length > 0 ? `written anew: ${stale.join(', ')}` : 'nothing has changed');
  } else if (stale.length > 0) {
    fail(`${stale.join(', ')} in ${FOLDER}/ ${stale.length > 1 ? 'are' : 'is'} stale: run "npm run schema"`);
  }
  const changes = breaking(files);
  if (changes.length === 0) return;
  const what = `changes that clients could trip over, and no page in ${DECISIONS}/ quotes them:\n${lines(changes)}`;
  if (check) fail(`${what}\nundo them, or write down there why they are made, with these lines`);
  else say(what);
}

function breaking(files: SchemaFiles): readonly string[] {
  const before = textBefore(join(FOLDER, SUPERGRAPH));
  if (before === undefined) return [];
  return unrecorded(breakingChanges(before, files.get(SUPERGRAPH) ?? ''), DECISIONS);
}

const lines = (texts: readonly string[]): string => texts.map((text) => `  ${text}`).join('\n');
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

function fail(text: string): void {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}

await main(process.argv.includes('--check'));
