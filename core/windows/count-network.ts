import { tailOf } from './hop.ts';
import { followed, othersOf, type LastUse, type NetworkCounts } from './network.ts';
import type { PlannedNetwork } from './plan.ts';
import type { WindowState } from './state.ts';

/** Beyond so many who used a value after the moment of a question, what was before is not looked for. */
export const MOST_LATER = 1_000;

/** What is to be known of a value to follow it. */
export interface UsersQuestion {
  readonly column: number;
  readonly value: string;
  readonly tailMs: number;
  readonly atMs: number;
  /** The entity itself is one of them. */
  readonly most: number;
}

/** Who used a value. */
export interface Users {
  /** The latest whose last use lies in [tail, at). */
  readonly latest: readonly LastUse[];
  /** Those whose last use lies later: their state says whether they used it before. At most `MOST_LATER` and one more. */
  readonly later: readonly LastUse[];
}

export type StateOf = (key: string) => WindowState | undefined;

/** What an entity's use of values asks of each of them. */
export function usersQuestions(
  network: PlannedNetwork,
  own: WindowState,
  atMs: number,
): { questions: UsersQuestion[]; cut: boolean } {
  const { through, windowMs, hopMs, limit } = network;
  const { values, cut } = followed(own.usesAt(network, atMs), limit);
  const tailMs = tailOf(atMs, windowMs, hopMs);
  return {
    questions: values.map((value) => ({ column: through.index, value, tailMs, atMs, most: limit + 2 })),
    cut,
  };
}

/** The others, the latest first; null where too much has happened since. */
export function othersFound(
  network: PlannedNetwork,
  key: string,
  asked: readonly { readonly question: UsersQuestion; readonly users: Users }[],
  stateOf: StateOf,
): LastUse[] | null {
  if (asked.some(({ users }) => users.later.length > MOST_LATER)) return null;
  const found = asked.flatMap(({ question: { value, atMs }, users: { latest, later } }) => [
    ...latest,
    ...later.flatMap(({ name }) => {
      const ms = stateOf(name)?.usesAt(network, atMs).get(value);
      return ms === undefined ? [] : [{ name, ms }];
    }),
  ]);
  return othersOf(key, found);
}

/** Those of the others whose events say whether they are bad. */
export const lookedAt = ({ bad, limit }: PlannedNetwork, others: readonly LastUse[]): readonly LastUse[] =>
  bad ? others.slice(0, limit) : [];

export function countsOf(
  network: PlannedNetwork,
  others: readonly LastUse[],
  { cut, atMs, stateOf }: { readonly cut: boolean; readonly atMs: number; readonly stateOf: StateOf },
): NetworkCounts {
  return {
    others: Math.min(others.length, network.limit),
    bad: lookedAt(network, others).filter(({ name }) => stateOf(name)?.isBad(network, atMs)).length,
    cut: cut || others.length > network.limit,
  };
}
