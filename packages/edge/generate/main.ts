import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { typesOf, type Schema } from './types-of.ts';

const SOURCE = 'schema/edge.openapi.json';
const TARGET = 'packages/edge/wire.ts';
/** Bodies and answers that the client sends and reads. */
const WANTED = [
  'PredictRequest',
  'PredictAnswer',
  'BatchRequest',
  'BatchAnswer',
  'OutcomeBatch',
  'TelemetryAnswer',
  'Problem',
];

const { components } = JSON.parse(readFileSync(SOURCE, 'utf8')) as {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};
const header = `// Made from ${SOURCE} by "npm run schema": change that file, not this one.\n\n`;
const made = `${header}${typesOf(components.schemas, WANTED)}`;
const kept = existsSync(TARGET) ? readFileSync(TARGET, 'utf8') : '';
if (made !== kept && process.argv.includes('--check')) {
  process.stderr.write(`${TARGET} is not what ${SOURCE} makes: npm run schema\n`);
  process.exitCode = 1;
} else if (made !== kept) {
  writeFileSync(TARGET, made);
}
