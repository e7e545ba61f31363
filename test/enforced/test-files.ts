import { globSync, readFileSync } from 'node:fs';
import { traceOf } from './input-fields.ts';

/** The test files of a field's own room whose text names the field and what takes it, or the field alone. */
function filesNaming(field: string): string[] {
  const { folders, words } = traceOf(field);
  const files = folders.flatMap((folder) => globSync(`test/${folder}/**/*.test.ts`));
  const patterns = words.map((group) => new RegExp(String.raw`\b(?:${group.join('|')})\b`));
  const naming = (some: readonly RegExp[]): string[] =>
    files.filter((file) => some.every((pattern) => pattern.test(readFileSync(file, 'utf8'))));
  const both = naming(patterns);
  return both.length > 0 ? both : naming(patterns.slice(-1));
}

export const filesNamingAny = (fields: readonly string[]): string[] =>
  [...new Set(fields.flatMap(filesNaming))].toSorted();
