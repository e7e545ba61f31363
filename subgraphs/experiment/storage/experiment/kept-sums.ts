import type { EntityManager } from '@mikro-orm/postgresql';
import type { Kept } from '../../domain/experiment/kept.ts';
import { binding, sumsSql } from '../metric/unit-sums.ts';
import type { RevisionOf } from './day-sum.ts';

/** A revision of an experiment of whose units sums are kept. */
export interface KeptRevision extends RevisionOf {
  readonly holder: string;
  readonly kept: Kept;
}

export interface AnswerKey {
  readonly unit: string;
  readonly predictionId: string;
}

interface Sums {
  readonly sums: readonly (number | null)[];
  readonly segments: readonly (string | null)[];
}

interface SumsOfAnswer extends Sums {
  readonly unit: string;
}

interface SumsOfUnit {
  readonly unit: string;
  /** null: never added up. */
  readonly sums: Sums['sums'] | null;
  readonly segments: Sums['segments'];
}

/**
 * Writes answers of one revision, and adds to the sums of their units what that changed. What an answer said already is not taken
 * out again, since that would lose digits: where one says something else than before, its unit is added up anew.
 */
export async function keepingSums(
  em: EntityManager,
  of: KeptRevision,
  answers: readonly AnswerKey[],
  write: () => Promise<void>,
): Promise<void> {
  const before = await sumsOf(em, of, answers);
  await write();
  const after = await sumsOf(em, of, answers);
  const held = await em.execute<SumsOfUnit[]>(
    `select unit, to_json(sums) as sums, to_json(segments) as segments from unit
     where (project, experiment, revision, trust) = (?, ?, ?, ?)
       and unit = any(array(select jsonb_array_elements_text(?::jsonb)))`,
    [of.project, of.experiment, of.revision, of.trust, JSON.stringify([...new Set(answers.map(({ unit }) => unit))])],
  );
  const units = new Map(held.map((one) => [one.unit, one]));
  const added = new Map<string, Sums | null>();
  for (const [i, answer] of after.entries()) {
    const old = before[i];
    const { unit } = answer;
    const own = added.has(unit) ? added.get(unit) : heldOf(units.get(unit), answer);
    added.set(unit, own && old ? withAdded(own, old, answer) : null);
  }
  // An exposure alone adds nothing.
  const known = [...added].flatMap(([unit, own]) => (own && !isHeld(units.get(unit), own) ? [{ unit, ...own }] : []));
  const anew = [...added].flatMap(([unit, own]) => (own ? [] : [{ unit }]));
  await keep(em, of, known);
  await addUpAnew(em, of, anew);
}

/** Keeps the sums of units as their answers say, whatever is held of them. */
export async function addUpAnew(
  em: EntityManager,
  of: KeptRevision,
  units: readonly Pick<AnswerKey, 'unit'>[],
): Promise<void> {
  await keep(em, of, await sumsOf(em, of, units));
}

/** What is held of a unit; nothing of one that is not there yet, and null of one that was never added up. */
function heldOf(unit: SumsOfUnit | undefined, { sums, segments }: Sums): Sums | null {
  if (!unit) return { sums: sums.map(() => null), segments: segments.map(() => null) };
  return unit.sums && { sums: unit.sums, segments: unit.segments };
}

const isHeld = (held: SumsOfUnit | undefined, { sums, segments }: Sums): boolean =>
  sums.every((value, i) => held?.sums?.[i] === value) && segments.every((value, i) => held?.segments[i] === value);

/** null where the answer said something else before, or another value of a segment than those before it. */
function withAdded(held: Sums, before: Sums, after: Sums): Sums | null {
  const sums: (number | null)[] = [];
  for (const [i, value] of after.sums.entries()) {
    const [old, own] = [before.sums[i] ?? null, held.sums[i] ?? null];
    if (old !== null && old !== value) return null;
    sums.push(old !== null || value === null ? own : (own ?? 0) + value);
  }
  const segments: (string | null)[] = [];
  for (const [i, value] of after.segments.entries()) {
    const own = held.segments[i] ?? null;
    if (value !== null && own !== null && own !== value) return null;
    segments.push(own ?? value);
  }
  return { sums, segments };
}

/** What answers add up to, in the order of `wanted`: one by one, or all of a unit. */
async function sumsOf(
  em: EntityManager,
  { project, experiment, revision, trust, holder, kept }: KeptRevision,
  wanted: readonly { readonly unit: string; readonly predictionId?: string }[],
): Promise<readonly SumsOfAnswer[]> {
  if (wanted.length === 0) return [];
  const values: unknown[] = [project, experiment, revision, trust, JSON.stringify(wanted), holder];
  const one = wanted[0]?.predictionId === undefined ? '' : 'and a.prediction_id = f."predictionId"';
  const of = `a.project = $1 and a.holder = $6 and a.revision = $3 and a.trust = $4 and a.unit = f.unit ${one}`;
  const { sums, segments, from } = sumsSql(kept, of, binding(values));
  return await execute<SumsOfAnswer>(
    em,
    `select f.unit, own.sums, own.segments
     from rows from (jsonb_to_recordset($5::jsonb) as (unit text, "predictionId" uuid)) with ordinality as f(unit, "predictionId", at)
     cross join lateral (select to_json(${sums}) as sums, to_json(${segments}) as segments from ${from}) own order by f.at`,
    values,
  );
}

async function keep(em: EntityManager, of: KeptRevision, units: readonly SumsOfAnswer[]): Promise<void> {
  if (units.length === 0) return;
  await em.execute(
    `insert into unit (project, experiment, revision, trust, unit, sums, segments)
     select ?, ?, ?, ?, unit, sums, segments from jsonb_to_recordset(?::jsonb) as f(unit text, sums float8[], segments text[])
     order by unit
     on conflict (project, experiment, revision, trust, unit) do update set sums = excluded.sums, segments = excluded.segments`,
    [of.project, of.experiment, of.revision, of.trust, JSON.stringify(units)],
  );
}

/** With values by their number, each as often as it stands there. */
async function execute<Row>(em: EntityManager, sql: string, values: readonly unknown[]): Promise<readonly Row[]> {
  const given: unknown[] = [];
  const text = sql.replaceAll(/\$(\d+)/g, (_, at: string) => {
    given.push(values[Number(at) - 1]);
    return '?';
  });
  return await em.execute<Row[]>(text, given);
}
