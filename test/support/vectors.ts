import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** One file of `test/vectors/stats`: its formula, its tolerance and its cases. */
export interface VectorFile {
  readonly name: string;
  readonly definition: string;
  readonly tolerance: string;
  readonly cases: readonly VectorCase[];
}

export interface VectorCase {
  readonly id: string;
  readonly tolerance?: string;
  readonly input: any;
  readonly expected: any;
  readonly [argument: string]: any;
}

/** How far a number may be from the expected one: within either bound is near enough. */
export interface Tolerance {
  readonly abs?: number;
  readonly rel?: number;
}
export const DEFAULT_TOLERANCE: Tolerance = { abs: 1e-12, rel: 1e-9 };

const folder = new URL('../vectors/', import.meta.url);
const NON_FINITE: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

/** JSON in which "NaN", "Infinity" and "-Infinity" stand for numbers. */
export const parseVector = (text: string): any =>
  JSON.parse(text, (_, value) => (typeof value === 'string' ? (NON_FINITE[value] ?? value) : value));

/** Reads `test/vectors/stats/public-<name>.json`; a file without cases is an error, not a pass. */
export function statVectors(name: string): VectorFile {
  const file = parseVector(readFileSync(new URL(`stats/public-${name}.json`, folder), 'utf8'));
  if (!file.cases?.length) throw new Error(`the vectors ${name} hold no case`);
  return file;
}

/** The cases of `test/vectors/point-in-time.jsonl`. */
export function pointInTimeVectors(): any[] {
  const lines = readFileSync(new URL('point-in-time.jsonl', folder), 'utf8').split('\n').filter(Boolean);
  if (!lines.length) throw new Error('the point-in-time vectors hold no case');
  return lines.map((line) => JSON.parse(line));
}

export function isNear(actual: number, expected: number, { abs = 0, rel = 0 }: Tolerance): boolean {
  if (!Number.isFinite(expected) || !Number.isFinite(actual)) return Object.is(actual, expected);
  return Math.abs(actual - expected) <= Math.max(abs, rel * Math.abs(expected));
}

/** Fails, naming the path, unless every leaf of `expected` is met by `actual`; more in `actual` is no fault. */
export function expectNear(
  actual: any,
  expected: any,
  tolerance: Tolerance = DEFAULT_TOLERANCE,
  path = 'result',
): void {
  if (typeof expected === 'number') {
    const near = typeof actual === 'number' && isNear(actual, expected, tolerance);
    expect(near, `${path}: expected ${expected}, got ${actual}`).toBe(true);
  } else if (expected !== null && typeof expected === 'object') {
    expect(actual, path).toBeTypeOf('object');
    if (Array.isArray(expected)) expect(actual, path).toHaveLength(expected.length);
    for (const [key, value] of Object.entries(expected)) expectNear(actual[key], value, tolerance, `${path}.${key}`);
  } else expect(actual, path).toEqual(expected);
}

/** One test per case; a filter that leaves none is an error, not a pass. */
export function eachCase(
  file: VectorFile,
  run: (one: VectorCase) => void,
  keep: (one: VectorCase) => boolean = () => true,
): void {
  const cases = file.cases.filter(keep);
  if (!cases.length) throw new Error(`no case of the vectors ${file.name} ran`);
  it.each(cases.map((one) => [one.id, one] as const))('%s', (_, one) => run(one));
}

/**
 * Where a file or folder of vectors is that is not ours to copy, in the folder that TIFFIN_VECTORS names. Without it:
 * `null` and one line, or an error where TIFFIN_REQUIRE asks for `vectors`.
 */
export function outsidePath(path: string): string | null {
  const root = process.env['TIFFIN_VECTORS'];
  const file = root && join(root, path);
  if (file && existsSync(file)) return file;
  const why = file ? `${path} is not in TIFFIN_VECTORS` : 'TIFFIN_VECTORS is not set';
  if (process.env['TIFFIN_REQUIRE']?.split(',').includes('vectors')) throw new Error(`${path} is required: ${why}`);
  console.info(`skipped ${path}: ${why}`);
  return null;
}

/** The text of such a file. */
export function outsideVectors(path: string): string | null {
  const file = outsidePath(path);
  return file === null ? null : readFileSync(file, 'utf8');
}
