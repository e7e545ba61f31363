import { ByteReader, ByteWriter } from '../windows/bytes.ts';
import { MOST_CATEGORIES, totalOf, type CategoryCounts } from './category-counts.ts';
import { sketchCount, type GrowingSketch } from './ddsketch.ts';
import { emptyProfile, type NumberProfile, type ValueProfile } from './value-profile.ts';

/** Of the bytes; what has another version is refused. */
export const PROFILE_VERSION = 1;
const MOST_PROFILES = 1_000;
const MOST_EDGES = 1_000;
const MOST_STATUSES = 20;
/** A sketch of 1 % needs 71,000 bins for all numbers that there are; no real feature comes near this. */
const MOST_CELLS = 20_000;

/** Profiles by the name of what they describe, as bytes. */
export function encodeProfiles(profiles: ReadonlyMap<string, ValueProfile>): Uint8Array {
  const to = new ByteWriter();
  to.u8(PROFILE_VERSION);
  to.varint(profiles.size);
  for (const [name, profile] of profiles) {
    to.text(name);
    writeCounts(to, profile.statuses);
    writeNumbers(to, profile.numbers);
    writeCategories(to, profile.categories);
  }
  return to.done();
}

function writeCounts(to: ByteWriter, counts: ReadonlyMap<string, number>): void {
  to.varint(counts.size);
  for (const [name, count] of counts) {
    to.text(name);
    to.varint(count);
  }
}

function writeNumbers(to: ByteWriter, { n, mean, m2, min, max, invalid, sketch, edges, counts }: NumberProfile): void {
  to.varint(n);
  to.varint(invalid);
  to.varint(edges.length);
  for (const edge of edges) to.f64(edge);
  if (n === 0) return;
  for (const one of [mean, m2, min, max]) to.f64(one);
  to.varint(sketch.zeros);
  writeCells(to, sketch.positive);
  writeCells(to, sketch.negative);
  for (const count of counts) to.varint(count);
}

/** By their keys: each key as its distance to the one before, which is mostly small. */
function writeCells(to: ByteWriter, cells: ReadonlyMap<number, number>): void {
  const keys = Int32Array.from(cells.keys()).toSorted();
  to.varint(keys.length);
  let before = 0;
  for (const [i, key] of keys.entries()) {
    // The first may be below 0.
    to.varint(i === 0 ? (key < 0 ? -2 * key - 1 : 2 * key) : key - before);
    to.varint(cells.get(key) ?? 0);
    before = key;
  }
}

function writeCategories(to: ByteWriter, { counts, other, within }: CategoryCounts): void {
  writeCounts(to, counts);
  to.varint(other);
  if (other > 0) to.varint(within);
}

/** Reads what `encodeProfiles` wrote. Throws RangeError for anything else, also for counts that do not add up. */
export function decodeProfiles(bytes: Uint8Array): Map<string, ValueProfile> {
  const from = new ByteReader(bytes);
  const version = from.u8();
  if (version !== PROFILE_VERSION) throw new RangeError(`version ${version} is not known; allowed: ${PROFILE_VERSION}`);
  const profiles = new Map<string, ValueProfile>();
  const count = atMost(from.varint(), MOST_PROFILES, 'profiles');
  for (let i = 0; i < count; i++) {
    const name = from.text();
    if (profiles.has(name)) throw new RangeError(`"${name}" comes twice`);
    profiles.set(name, readProfile(from));
  }
  if (!from.atEnd) throw new RangeError('bytes follow after the last profile');
  return profiles;
}

function atMost(count: number, most: number, what: string): number {
  if (count > most) throw new RangeError(`${count} ${what} are too many; allowed: at most ${most}`);
  return count;
}

function readProfile(from: ByteReader): ValueProfile {
  const statuses = readCounts(from, MOST_STATUSES, 'statuses');
  const numbers = readNumbers(from);
  const categories = readCategories(from);
  const present = statuses.get('PRESENT') ?? 0;
  if (numbers.n + numbers.invalid + totalOf(categories) > present) {
    throw new RangeError('there are more values than rows with one');
  }
  return { statuses, numbers, categories };
}

function readCounts(from: ByteReader, most: number, what: string): Map<string, number> {
  const counts = new Map<string, number>();
  const length = atMost(from.varint(), most, what);
  for (let i = 0; i < length; i++) counts.set(from.text(), from.varint());
  if (counts.size < length) throw new RangeError(`one of the ${what} comes twice`);
  return counts;
}

function readNumbers(from: ByteReader): NumberProfile {
  const n = from.varint();
  const invalid = from.varint();
  const length = atMost(from.varint(), MOST_EDGES, 'edges');
  const edges = Array.from({ length }, () => from.f64());
  if (!edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > (edges[i - 1] ?? 0)))) {
    throw new RangeError('edges do not ascend');
  }
  const { numbers } = emptyProfile(edges);
  if (n === 0) return { ...numbers, invalid };
  const [mean, m2, min, max] = [from.f64(), from.f64(), from.f64(), from.f64()];
  const sketch: GrowingSketch = {
    relativeAccuracy: numbers.sketch.relativeAccuracy,
    zeros: from.varint(),
    positive: readCells(from),
    negative: readCells(from),
  };
  const counts = numbers.counts.map(() => from.varint());
  if (![mean, m2, min, max].every(Number.isFinite) || m2 < 0 || min > max) {
    throw new RangeError('moments are not those of any numbers');
  }
  const inBins = counts.reduce((sum, count) => sum + count, 0);
  if (sketchCount(sketch) !== n || (length > 0 && inBins !== n)) {
    throw new RangeError(`bins do not hold the ${n} numbers`);
  }
  return { n, mean, m2, min, max, invalid, sketch, edges, counts };
}

function readCells(from: ByteReader): Map<number, number> {
  const cells = new Map<number, number>();
  const length = atMost(from.varint(), MOST_CELLS, 'bins of a sketch');
  let key = 0;
  for (let i = 0; i < length; i++) {
    const step = from.varint();
    if (i > 0 && step === 0) throw new RangeError('a bin of a sketch comes twice');
    key = i > 0 ? key + step : step % 2 === 1 ? -(step + 1) / 2 : step / 2;
    cells.set(key, from.varint());
  }
  return cells;
}

function readCategories(from: ByteReader): CategoryCounts {
  const counts = readCounts(from, MOST_CATEGORIES, 'categories');
  const other = from.varint();
  return { counts, other, within: other > 0 ? from.varint() : Infinity };
}
