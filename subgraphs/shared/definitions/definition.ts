import type { EntityManager } from '@mikro-orm/postgresql';
import type { AssetEventInput } from '../../../schema/event.ts';
import { digestOf } from '../audit/canonical-json.ts';
import type { ChangeEffect, ChangeName, NoChange } from '../operations/change.ts';

/** A noun as it stands, and as it shall be. */
export interface Defined<Noun> {
  readonly before: Noun | null;
  readonly after: Noun;
}

/** One definition: what its change is called, how it is decided, and how it is kept. */
export interface Definition<Noun extends object> extends ChangeName {
  /** The URN without a version: definitions of one noun share it. */
  readonly subject: string;
  /** The noun's URN, with its version where it has one. */
  readonly idOf: (noun: Noun) => string;
  /** The noun in the words of its input: giving them again changes nothing. */
  readonly asInput: (noun: Noun) => object;
  /** Reads and checks; saves nothing. */
  readonly decide: (em: EntityManager, at: Date) => Promise<Defined<Noun>>;
  /** Saves what was decided; answers with full snapshots for the feed. */
  readonly save: (em: EntityManager, defined: Defined<Noun>, at: Date) => Promise<readonly AssetEventInput[]>;
}

/** Whether a definition only said again what stands, its revision aside. */
export const isSame = (before: object, after: object): boolean =>
  digestOf({ ...before, revision: 0 }) === digestOf({ ...after, revision: 0 });

/** Decides a definition and saves it where it changes something, inside a transaction. */
export async function define<Noun extends object>(
  em: EntityManager,
  { decide, save, idOf }: Definition<Noun>,
  at: Date,
): Promise<ChangeEffect<Noun> | NoChange<Noun>> {
  const defined = await decide(em, at);
  const { before, after } = defined;
  if (before && isSame(before, after)) return { value: before, unchanged: true };
  return { value: after, before, subject: idOf(after), events: await save(em, defined, at) };
}
