import { DomainError } from '../../../core/errors.ts';
import { FeaturePushRow } from '../../../schema/feature-push.ts';
import type { FeatureValue } from '../../../core/codec/layout.ts';
import { checkedKey } from './entity-key.ts';
import type { FeatureView } from './feature-view.ts';
import { valueOf, WRITTEN_AS } from './value.ts';

/** A pushed row that has been checked against its view. */
export interface PushedRow {
  readonly key: string;
  readonly eventMs: number;
  readonly createdMs: number | null;
  readonly values: readonly FeatureValue[];
}

const refuse = (field: string, message: string, allowed?: unknown): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, ...(allowed !== undefined && { allowed }) });

function notAhead(field: string, text: string, now: Date): number {
  const ms = Date.parse(text);
  if (ms > now.getTime()) throw refuse(field, `${text} lies ahead; it is ${now.toISOString()} here`);
  return ms;
}

function valuesOf(view: FeatureView, values: Readonly<Record<string, unknown>>): FeatureValue[] {
  const names = view.features.map(({ name }) => name);
  const unknown = Object.keys(values).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw refuse(`values.${unknown}`, `${view.name}@${view.version} has no such feature`, names);
  return view.features.map(({ name, dtype }) => {
    if (!Object.hasOwn(values, name)) throw refuse(`values.${name}`, 'is missing; write null where it is unknown');
    const value = valueOf(dtype, values[name]);
    if (value === undefined) throw refuse(`values.${name}`, `is ${dtype}: ${WRITTEN_AS[dtype]}`, dtype);
    return value;
  });
}

/** Checks one row of a push. Throws INVALID_INPUT that names the field. */
export function pushedRowOf(view: FeatureView, row: unknown, now: Date): PushedRow {
  const parsed = FeaturePushRow.safeParse(row);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(issue?.path.join('.') || 'row', issue?.message ?? 'is no row');
  }
  const { entity, eventTime, createdTime, values } = parsed.data;
  const names = view.joinKeys.map(({ name }) => name);
  const unknown = Object.keys(entity).find((name) => !names.includes(name));
  if (unknown !== undefined) throw refuse(`entity.${unknown}`, `${view.name}@${view.version} has no such key`, names);
  const key = checkedKey(view.joinKeys, entity, 'entity');
  if (key === null) throw refuse('entity', 'a join key is null: such a row is never found');
  return {
    key,
    eventMs: notAhead('eventTime', eventTime, now),
    createdMs: createdTime === null ? null : notAhead('createdTime', createdTime, now),
    values: valuesOf(view, values),
  };
}
