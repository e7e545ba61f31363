import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../core/errors.ts';
import { digestOf } from '../audit/canonical-json.ts';
import type { RequestContext } from '../graphql/request-context.ts';
import { record, type ChangeDeps, type ChangeEffect, type ChangeName, type NoChange } from '../operations/change.ts';
import { define, type Definition } from './definition.ts';
import { differencesOf, type Difference } from './differences.ts';

export const DEFINITION_ACTIONS = ['CREATE', 'UPDATE', 'NEW_VERSION', 'UNCHANGED'] as const;
export type DefinitionAction = (typeof DEFINITION_ACTIONS)[number];

/** What one definition of a set came to. */
export interface DefinitionChange {
  /** The word between project and name in its URN: feature-view, entity, … */
  readonly kind: string;
  readonly subject: string;
  readonly action: DefinitionAction;
  /** The URN afterwards. */
  readonly id: string;
  /** The URN of what stood before; null for a new one. */
  readonly beforeId: string | null;
  /** Of what stood before; null for a new one. */
  readonly fingerprint: string | null;
  readonly differences: readonly Difference[];
}

export interface AppliedDefinitions {
  readonly changes: readonly DefinitionChange[];
  /** Where the last event stands in the feed; null where nothing changed, and after a dry run. */
  readonly eventCursor: string | null;
}

type Effect<Noun> = ChangeEffect<Noun> | NoChange<Noun>;

/** One definition and its place in the caller's input: `featureViews.0`. */
export interface PlacedDefinition extends ChangeName {
  readonly field: string;
  readonly define: (em: EntityManager, at: Date) => Promise<{ effect: Effect<object>; change: DefinitionChange }>;
}

/** The definitions of one list of the input. */
export async function place<Input, Noun extends object>(
  list: string,
  inputs: readonly Input[] | null | undefined,
  definitionOf: (input: Input) => Definition<Noun> | Promise<Definition<Noun>>,
): Promise<PlacedDefinition[]> {
  const placed: PlacedDefinition[] = [];
  for (const [i, input] of (inputs ?? []).entries()) {
    const field = `${list}.${i}`;
    const definition = await within(field, async () => definitionOf(input));
    placed.push({
      field,
      action: definition.action,
      subject: definition.subject,
      define: async (em, at) => {
        const effect = await within(field, () => define(em, definition, at));
        return { effect, change: changeOf(definition, effect) };
      },
    });
  }
  return placed;
}

export interface ApplyOptions {
  /** Decide and check all of it, then keep nothing. */
  readonly dryRun: boolean;
  /** What stood when the caller looked; a fingerprint of null: nothing. */
  readonly expected: readonly { readonly subject: string; readonly fingerprint?: string | null | undefined }[];
}

const MAX_DEFINITIONS = 1_000;

/** Ends the transaction of a dry run without keeping it. */
class EndOfDryRun extends Error {}

/**
 * Many definitions in one transaction, in the order given: all of them stand afterwards, or none. A dry run does the same
 * and keeps nothing, so that it is refused where the real run would be. Throws CONFLICT where something else stands than
 * was expected.
 */
export async function applyDefinitions(
  deps: ChangeDeps,
  context: RequestContext,
  definitions: readonly PlacedDefinition[],
  { dryRun, expected }: ApplyOptions,
): Promise<AppliedDefinitions> {
  checkSet(definitions);
  const changes: DefinitionChange[] = [];
  let eventCursor: string | null = null;
  try {
    await deps.db.transaction(async (em) => {
      const at = deps.now();
      for (const { define: run, action, subject } of definitions) {
        const { effect, change } = await run(em, at);
        changes.push(change);
        if ('unchanged' in effect) continue;
        const recorded = { action, at, ...effect, subject: effect.subject ?? subject };
        eventCursor = (await record(em, context, recorded)) ?? eventCursor;
      }
      checkExpected(changes, expected);
      if (dryRun) throw new EndOfDryRun();
    });
  } catch (error) {
    if (!(error instanceof EndOfDryRun)) throw error;
    eventCursor = null;
  }
  return { changes, eventCursor };
}

function checkSet(definitions: readonly PlacedDefinition[]): void {
  if (definitions.length < 1 || definitions.length > MAX_DEFINITIONS) {
    throw new DomainError('INVALID_INPUT', `input: 1 to ${MAX_DEFINITIONS} definitions, not ${definitions.length}`, {
      field: 'input',
      allowed: { min: 1, max: MAX_DEFINITIONS },
    });
  }
  const places = new Map<string, string>();
  for (const { field, subject } of definitions) {
    const other = places.get(subject);
    if (other !== undefined) {
      throw new DomainError('INVALID_INPUT', `${field}.name: ${other} defines the same`, { field: `${field}.name` });
    }
    places.set(subject, field);
  }
}

function changeOf<Noun extends object>(
  { subject, idOf, asInput }: Definition<Noun>,
  effect: Effect<Noun>,
): DefinitionChange {
  const [, , kind = ''] = subject.split(':');
  const after = effect.value;
  const before = 'unchanged' in effect ? after : ((effect.before ?? null) as Noun | null);
  const beforeId = before && idOf(before);
  const id = idOf(after);
  return {
    kind,
    subject,
    action: actionOf(effect, beforeId, id),
    id,
    beforeId,
    fingerprint: before && digestOf(asInput(before)),
    differences: differencesOf(before && asInput(before), asInput(after)),
  };
}

function actionOf(effect: Effect<object>, beforeId: string | null, id: string): DefinitionAction {
  if ('unchanged' in effect) return 'UNCHANGED';
  if (beforeId === null) return 'CREATE';
  return beforeId === id ? 'UPDATE' : 'NEW_VERSION';
}

function checkExpected(changes: readonly DefinitionChange[], expected: ApplyOptions['expected']): void {
  for (const [i, { subject, fingerprint = null }] of expected.entries()) {
    const change = changes.find((one) => one.subject === subject);
    const field = `expected.${i}`;
    if (!change) {
      const allowed = changes.map((one) => one.subject);
      throw new DomainError('INVALID_INPUT', `${field}.subject: ${subject} is not among the definitions`, {
        field: `${field}.subject`,
        allowed,
      });
    }
    if (change.fingerprint === fingerprint) continue;
    throw new DomainError('CONFLICT', `${field}: ${change.beforeId ?? subject} has changed since; plan again`, {
      field,
      holder: change.beforeId,
    });
  }
}

/** Puts the place of a definition, or of a part of it, in front of the fields that its refusals name. */
export async function within<T>(at: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { field } = error.details;
    const named = typeof field === 'string' && error.message.startsWith(field);
    throw new DomainError(error.code, `${at}${named ? '.' : ': '}${error.message}`, {
      ...error.details,
      field: typeof field === 'string' ? `${at}.${field}` : at,
    });
  }
}
