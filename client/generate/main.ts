import { globSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'graphql';
import { generateOperations } from './generate-operations.ts';

/** Where operations are written: each file is made into the `operations.ts` that stands next to it. */
const FILES = globSync('{client,examples,test,console,cli}/**/operations.graphql').toSorted();
const isCheck = process.argv.includes('--check');
const schema = parse(readFileSync('schema/supergraph.graphql', 'utf8'));

for (const path of FILES) {
  const target = path.replace(/\.graphql$/, '.ts');
  const made = await generateOperations(schema, { path, text: readFileSync(path, 'utf8') });
  const kept = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (made === kept) continue;
  if (isCheck) {
    process.stderr.write(`${target} is not what ${path} and the schema make: npm run operations\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(target, made);
  }
}
