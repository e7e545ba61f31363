import { globSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'graphql';
import { generateOperations, isTrusted, trustedDocuments } from './generate-operations.ts';

/** Where operations are written: each file is made into the `operations.ts` that stands next to it. */
const FILES = globSync('{client,examples,test,console,cli}/**/operations.graphql').toSorted();
/** What the gateway answers to the console: nothing that is not in here. */
const TRUSTED = 'schema/console-documents.json';
const isCheck = process.argv.includes('--check');
const schema = parse(readFileSync('schema/supergraph.graphql', 'utf8'));

for (const path of FILES) {
  const target = path.replace(/\.graphql$/, '.ts');
  keep(target, await generateOperations(schema, { path, text: readFileSync(path, 'utf8') }), path);
}
const trusted = trustedDocuments(FILES.filter(isTrusted).map((path) => readFileSync(path, 'utf8')));
keep(TRUSTED, `${JSON.stringify(trusted, undefined, 2)}\n`, 'console/**/operations.graphql');

function keep(target: string, made: string, source: string): void {
  const kept = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (made === kept) return;
  if (isCheck) {
    process.stderr.write(`${target} is not what ${source} and the schema make: npm run schema\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(target, made);
  }
}
