import { entityTargets } from './entity-targets.ts';
import { Failure } from './failure.ts';
import type { FetchDocument } from './fetch-document.ts';
import { addFields, copied } from './merge.ts';
import type { EntityBatchAlias } from './query-plan.ts';
import { representationOf, type Representation } from './representation.ts';
import { rewrite } from './rewrite.ts';
import type { TypeCondition } from './type-conditions.ts';

/** What a fetch asks about entities at some places of the answer, under one of its root fields. */
export type EntityQuestion = Omit<EntityBatchAlias, 'outputRewrites'> & {
  /** Applied to the answers of this question. */
  readonly outputRewrites?: EntityBatchAlias['outputRewrites'] | undefined;
};

/** The entities that one fetch asks about: each once per variable, however many places wait for it. */
export class RepresentationLists {
  readonly #lists = new Map<string, { readonly items: Representation[]; readonly known: Map<string, number> }>();

  get isEmpty(): boolean {
    return [...this.#lists.values()].every(({ items }) => items.length === 0);
  }

  get variables(): Readonly<Record<string, readonly Representation[]>> {
    return Object.fromEntries([...this.#lists].map(([variable, { items }]) => [variable, items]));
  }

  of(variable: string): readonly Representation[] {
    return this.#listOf(variable).items;
  }

  /** Where in the list of its variable an entity stands. */
  add(variable: string, representation: Representation): number {
    const { items, known } = this.#listOf(variable);
    const name = JSON.stringify(representation);
    const index = known.get(name) ?? items.push(representation) - 1;
    known.set(name, index);
    return index;
  }

  #listOf(variable: string) {
    const list = this.#lists.get(variable) ?? { items: [], known: new Map<string, number>() };
    this.#lists.set(variable, list);
    return list;
  }
}

/** A place that waits for the answer about one entity. */
interface Waiting {
  readonly target: Representation;
  readonly index: number;
  /** Which of the question's paths led here. */
  readonly path: number;
}

/** One question while its fetch runs. */
export class AskedEntities {
  readonly #question: EntityQuestion;
  readonly #lists: RepresentationLists;
  readonly #asked: FetchDocument;
  readonly #isOf: TypeCondition;
  readonly #waiting: readonly Waiting[];

  constructor(
    question: EntityQuestion,
    data: unknown,
    lists: RepresentationLists,
    parts: { readonly asked: FetchDocument; readonly isOf: TypeCondition },
  ) {
    this.#question = question;
    this.#lists = lists;
    this.#asked = parts.asked;
    this.#isOf = parts.isOf;
    this.#waiting = question.paths.flatMap((path, index) =>
      entityTargets(data, path, this.#isOf).flatMap((target) => this.#waitAt(target, index)),
    );
  }

  #waitAt(target: Representation, path: number): Waiting[] {
    const { requires, inputRewrites, representationsVariableName } = this.#question;
    if (typeof target['__typename'] !== 'string') return [];
    const representation = representationOf(target, requires, this.#isOf);
    if (representation === undefined) return [];
    if (representation instanceof Failure) {
      // What would name the entity could not be had, so neither can what its owner would say about it.
      const failed = [this.#failed(target['__typename'], representation.here())];
      rewrite(failed, this.#question.outputRewrites, this.#isOf);
      for (const entity of failed) addFields(target, entity);
      return [];
    }
    rewrite(representation, inputRewrites, this.#isOf);
    return [{ target, index: this.#lists.add(representationsVariableName, representation), path }];
  }

  /** Whether some entity of this question has no answer. */
  isMissingIn(answer: Readonly<Record<string, unknown>>): boolean {
    const given = answer[this.#question.alias];
    return !Array.isArray(given) || given.includes(null);
  }

  /** Adds the answers where they are awaited; what is missing for a reason carries the reason. */
  take(answer: Readonly<Record<string, unknown>>, reason: Failure | undefined, shared: Set<object>): void {
    const given = answer[this.#question.alias];
    const all = given instanceof Failure ? given.here() : reason;
    const answers: readonly unknown[] = Array.isArray(given) ? given : [];
    const entities = this.#lists.of(this.#question.representationsVariableName).map(({ __typename }, index) => {
      const entity = answers[index] ?? null;
      if (entity instanceof Failure) return this.#failed(String(__typename), entity);
      return entity === null && all ? this.#failed(String(__typename), all) : entity;
    });
    rewrite(entities, this.#question.outputRewrites, this.#isOf);
    const taken = new Set<unknown>();
    for (const { target, index, path } of this.#waiting) {
      const entity = entities[index] as Representation | null | undefined;
      if (!entity) continue;
      if (taken.has(entity)) for (const value of Object.values(entity)) markShared(value, shared);
      taken.add(entity);
      // Different paths may fetch different things under the same keys further below.
      addFields(target, path === 0 ? entity : copied(entity));
    }
  }

  #failed(typename: string, failure: Failure): Representation {
    const keys = this.#asked.keysBelow(this.#question.alias, typename, this.#isOf);
    return Object.fromEntries(keys.map((key) => [key, failure.below(key)]));
  }
}

function markShared(value: unknown, shared: Set<object>): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) for (const item of value) markShared(item, shared);
  else shared.add(value);
}
