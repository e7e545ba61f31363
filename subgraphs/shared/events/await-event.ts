import { DomainError } from '../../../core/errors.ts';
import { SUBGRAPHS, type SubgraphName } from '../../../schema/nouns.ts';
import { feedOf } from './cursor.ts';
import type { Consumer } from './follow-pages.ts';

const WAIT_MS = 2_000;

/** Who follows which subgraph's feed here. */
export type Followed = Readonly<Partial<Record<SubgraphName, Pick<Consumer, 'waitFor'>>>>;

/** Waits up to 2 s until a mutation's event has been applied here. Throws INVALID_INPUT for what is no cursor of these feeds. */
export function waitForEvent(followed: Followed, cursor: string, field: string): Promise<boolean> {
  const names = SUBGRAPHS.filter((name) => followed[name]);
  const source = names.find((name) => name === feedOf(cursor));
  const consumer = source && followed[source];
  if (consumer) return consumer.waitFor(cursor, WAIT_MS);
  throw new DomainError(
    'INVALID_INPUT',
    `${field}: "${cursor}" is not an eventCursor of ${names.join(', ')}; pass on what a mutation answered`,
    { field, allowed: names },
  );
}

/** As `waitForEvent`. Throws UNAVAILABLE when the time is over. */
export async function requireEvent(followed: Followed, cursor: string, field: string): Promise<void> {
  if (await waitForEvent(followed, cursor, field)) return;
  throw new DomainError(
    'UNAVAILABLE',
    `${field}: the events up to ${cursor} have not arrived in ${WAIT_MS} ms; try again`,
    { field, subgraph: feedOf(cursor) },
  );
}
