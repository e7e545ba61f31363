import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promqlCases, type PromqlCase } from './promql-script.ts';

/** Every evaluation of Prometheus's own scripts, where TIFFIN_VECTORS has them. */
export function promqlScripts(): readonly PromqlCase[] {
  const folder = process.env['TIFFIN_VECTORS'];
  if (folder === undefined) return [];
  return globSync(join(folder, 'promql/*.test'))
    .sort()
    .flatMap((file) => promqlCases(basename(file, '.test'), readFileSync(file, 'utf8')));
}
