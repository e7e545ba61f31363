import type { EntityManager } from '@mikro-orm/postgresql';
import type { Fact } from '../../../../schema/fact.ts';
import type { UnitEvent } from '../../../../schema/unit-event.ts';
import { EXPERIMENT } from '../../domain/experiment/experiment.ts';
import { ROLLOUT } from '../../domain/rollout/rollout.ts';
import { ALL, countLate, digestOfUnit, erasedAmong, lockErasures, saltOf } from '../../storage/erasure/erased-unit.ts';
import { experimentKind } from '../../storage/experiment/experiment.ts';
import { rolloutKind } from '../../storage/rollout/rollout.ts';
import { findStudies } from '../../storage/study.ts';

/** A record of a unit: the field that it is a value of, and who holds the split; null where no study is meant. */
interface OfUnit {
  readonly unitField: string;
  readonly unit: string;
  readonly holder: string | null;
}

/**
 * Facts without those of erased units, which are counted. Until the transaction ends no unit of these projects is erased, so
 * that nothing of one is written behind its erasure.
 */
export async function withoutErased(em: EntityManager, page: readonly Fact[]): Promise<readonly Fact[]> {
  const dropped = new Set<Fact>();
  const facts = page.filter((fact) => fact.kind !== 'shadow');
  const projects = Map.groupBy(facts, ({ project }) => project);
  for (const project of [...projects.keys()].toSorted()) {
    await lockErasures(em, project, 'shared');
    const salt = await saltOf(em, project);
    if (salt === null) continue;
    const own = projects.get(project) ?? [];
    const fields = await unitFields(em, project, [...new Set(own.map(({ holder }) => holder))]);
    const ofUnit = (fact: (typeof own)[number]): OfUnit | null => {
      const unitField = fields.get(fact.holder);
      return unitField === undefined ? null : { unitField, unit: fact.unit, holder: fact.holder };
    };
    for (const fact of await erasedIn(em, { project, salt, counts: true }, own, ofUnit)) dropped.add(fact);
  }
  return dropped.size === 0 ? page : page.filter((fact) => !dropped.has(fact));
}

/** The same of pushed events. */
export async function eventsWithoutErased(
  em: EntityManager,
  project: string,
  events: readonly UnitEvent[],
  { counts }: { readonly counts: boolean },
): Promise<readonly UnitEvent[]> {
  await lockErasures(em, project, 'shared');
  const salt = await saltOf(em, project);
  if (salt === null) return events;
  const dropped = await erasedIn(em, { project, salt, counts }, events, (event) => ({ ...event, holder: null }));
  return dropped.size === 0 ? events : events.filter((event) => !dropped.has(event));
}

async function erasedIn<Item>(
  em: EntityManager,
  { project, salt, counts }: { readonly project: string; readonly salt: string; readonly counts: boolean },
  items: readonly Item[],
  ofUnit: (item: Item) => OfUnit | null,
): Promise<ReadonlySet<Item>> {
  const known = new Map<string, string>();
  const digest = (of: OfUnit): string => {
    const key = JSON.stringify([of.unitField, of.unit]);
    const found = known.get(key) ?? digestOfUnit(salt, of);
    known.set(key, found);
    return found;
  };
  const named = items.flatMap((item) => {
    const of = ofUnit(item);
    return of ? [{ item, digest: digest(of), holder: of.holder }] : [];
  });
  const erased = await erasedAmong(em, project, [...new Set(known.values())]);
  const late = new Map<string, number>();
  const dropped = new Set<Item>();
  for (const { item, digest: of, holder } of named) {
    const key = [`${of} ${ALL}`, `${of} ${holder ?? ALL}`].find((one) => erased.has(one));
    if (key === undefined) continue;
    dropped.add(item);
    late.set(key, (late.get(key) ?? 0) + 1);
  }
  if (counts) await countLate(em, project, late);
  return dropped;
}

/** The field of which the units of experiments and rollouts are values, by their ids. */
async function unitFields(
  em: EntityManager,
  project: string,
  holders: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const namesIn = (ids: typeof EXPERIMENT.ids): string[] =>
    holders.map((holder) => ids.find(project, holder)?.name).filter((name) => name !== undefined);
  const experiments = await findStudies(em, experimentKind, project, namesIn(EXPERIMENT.ids));
  const rollouts = await findStudies(em, rolloutKind, project, namesIn(ROLLOUT.ids));
  return new Map([
    ...experiments.map((experiment) => [EXPERIMENT.ids.format(experiment), experiment.unit] as const),
    ...rollouts.map((rollout) => [ROLLOUT.ids.format(rollout), rollout.unit] as const),
  ]);
}
