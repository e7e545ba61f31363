import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type ChangeDeps, type Changed } from '../../../shared/operations/change.ts';
import { checkErasure, type Erasure, type Removed, type UnitName } from '../../domain/erasure/unit-erasure.ts';
import { EXPERIMENT } from '../../domain/experiment/experiment.ts';
import { holdoutKey } from '../../domain/holdout/holdout-units.ts';
import { unitIds } from '../../domain/ids.ts';
import { refuse } from '../../domain/refuse.ts';
import { ROLLOUT } from '../../domain/rollout/rollout.ts';
import {
  ALL,
  digestOfUnit,
  erasuresOf,
  lockErasures,
  makeSalt,
  rememberErasure,
  saltOf,
} from '../../storage/erasure/erased-unit.ts';
import { eraseRows, type RowsOf } from '../../storage/erasure/erase-rows.ts';
import { experimentKind } from '../../storage/experiment/experiment.ts';
import { reportingHoldouts } from '../../storage/holdout/holdout.ts';
import { rolloutKind } from '../../storage/rollout/rollout.ts';
import { findMatching, findStudies } from '../../storage/study.ts';

export interface EraseInput extends UnitName {
  /** Of these alone; left out: all that is held of the unit. */
  readonly experiments: readonly string[] | null;
  readonly reason: string;
}

/** What an erasure came to: nothing of it names the unit. */
export interface Erased {
  readonly digest: string;
  readonly removed: Removed;
  readonly erasures: readonly Erasure[];
}

/** Erases what is held of single units. */
export class UnitErasures {
  readonly #deps: ChangeDeps;

  constructor(deps: ChangeDeps) {
    this.#deps = deps;
  }

  /** In one transaction, with its audit record. Again, it changes nothing. Throws NOT_FOUND and INVALID_INPUT with the field. */
  async erase(context: RequestContext, { reason, experiments, ...name }: EraseInput): Promise<Changed<Erased>> {
    checkErasure({ ...name, reason });
    const { project } = context.actor;
    const named = experiments?.map((id, i) => EXPERIMENT.ids.parse(project, id, `experiments.${i}`).name) ?? null;
    if (named?.length === 0) throw refuse('experiments', 'names none: leave it out for all that is held of the unit');
    const action = { action: 'unit.erase', subject: unitIds.format({ project, name: 'erased' }) };
    return change(this.#deps, context, action, async (em, at) => {
      await lockErasures(em, project, 'alone');
      const digest = digestOfUnit((await saltOf(em, project)) ?? (await makeSalt(em, project)), name);
      const places = named === null ? await allOf(em, project, name) : await someOf(em, project, name, named);
      const removed = await eraseRows(em, { project, ...name, ...places, withEvents: named === null });
      const isNew = await rememberErasure(em, project, digest, named === null ? [ALL] : places.holders, at);
      const value: Erased = { digest, removed, erasures: await erasuresOf(em, project, digest) };
      if (!isNew && Object.values(removed).every((n) => n === 0)) return { value, unchanged: true };
      const subject = unitIds.format({ project, name: digest });
      const after = { digest, removed, experiments: named === null ? null : places.holders };
      return { value, subject, after, reason, events: [] };
    });
  }

  /** Whether and when a unit was erased, and what came of it since; empty where it was not. */
  async of({ actor: { project } }: RequestContext, name: UnitName): Promise<readonly Erasure[]> {
    const em = this.#deps.db.em();
    const salt = await saltOf(em, project);
    return salt === null ? [] : erasuresOf(em, project, digestOfUnit(salt, name));
  }
}

type Places = Pick<RowsOf, 'experiments' | 'holders'>;

/** Wherever units are values of the field, whether it has ended or not. */
async function allOf(em: EntityManager, project: string, { unitField }: UnitName): Promise<Places> {
  const experiments = await findMatching(em, experimentKind, project, { unit: unitField });
  const rollouts = await findMatching(em, rolloutKind, project, { unit: unitField });
  const holdouts = (await reportingHoldouts(em, project)).filter(({ unit }) => unit === unitField);
  return {
    experiments: [...experiments.map(({ name }) => name), ...holdouts.map(holdoutKey)],
    holders: [
      ...experiments.map((experiment) => EXPERIMENT.ids.format(experiment)),
      ...rollouts.map((rollout) => ROLLOUT.ids.format(rollout)),
    ],
  };
}

async function someOf(
  em: EntityManager,
  project: string,
  { unitField }: UnitName,
  names: readonly string[],
): Promise<Places> {
  const found = await findStudies(em, experimentKind, project, names);
  for (const [i, name] of names.entries()) {
    const experiment = found.find((one) => one.name === name);
    const field = `experiments.${i}`;
    if (!experiment) throw new DomainError('NOT_FOUND', `${field}: there is no experiment "${name}"`, { field });
    if (experiment.unit !== unitField) {
      throw refuse(field, `the units of ${name} are values of ${experiment.unit}, not of ${unitField}`, [unitField]);
    }
  }
  return { experiments: names, holders: found.map((experiment) => EXPERIMENT.ids.format(experiment)) };
}
