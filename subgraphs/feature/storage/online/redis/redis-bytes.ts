import type { OnlineAddress } from '../../../../../core/codec/address.ts';
import type { RedisPart } from '../../../../../core/codec/redis-address.ts';
import { orderedBits, timeAt } from '../../../../../core/codec/version.ts';
import type { RedisParts } from './redis-parts.ts';

/** A time as eight bytes whose order is that of the times. */
export function timeBytes(ms: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(orderedBits('time', ms));
  return bytes;
}

/** The time of `timeBytes`; before all others where there is none. */
export const timeOf = (bytes: Buffer | null | undefined): number =>
  (bytes?.length === 8 ? timeAt(bytes, 0) : null) ?? -Infinity;

/** Of nothing there are `least` batches, which are empty. */
export function* batchesOf<T>(items: readonly T[], size: number, least = 0): Iterable<readonly T[]> {
  for (let i = 0; i < Math.max(items.length, least); i += size) yield items.slice(i, i + size);
}

/** All answers, or the first failure once all have ended: nothing is still being written then. */
export async function all<T>(writes: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(writes);
  return Promise.all(writes);
}

/** Asks each part for what lies there, in one go for each part, and gives the answers in the order of the questions. */
export async function inGroups<Question extends OnlineAddress, Answer>(
  questions: readonly Question[],
  parts: RedisParts,
  ask: (own: readonly Question[], part: RedisPart) => Promise<readonly Answer[]>,
): Promise<readonly Answer[]> {
  if (parts.count === 1) return questions.length === 0 ? [] : ask(questions, parts.at(0));
  const places = questions.map((question, place) => ({ key: question.key, question, place }));
  const answers: Answer[] = [];
  const asked = [...parts.groups(places)].map(async ([index, own]) => {
    const found = await ask(
      own.map(({ question }) => question),
      parts.at(index),
    );
    for (const [i, { place }] of own.entries()) answers[place] = found[i] as Answer;
  });
  await Promise.all(asked);
  return answers;
}
