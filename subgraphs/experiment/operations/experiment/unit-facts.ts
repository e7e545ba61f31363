import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import { FactPage, type Fact, type FactSource, type UnitFact } from '../../../../schema/fact.ts';
import type { Actor } from '../../../shared/auth/actor.ts';
import { validated } from '../../../../schema/validated.ts';
import type { Peer } from '../../../shared/peer.ts';
import { experimentIds } from '../../domain/ids.ts';
import { experimentKind } from '../../storage/experiment/experiment.ts';
import { findStudies } from '../../storage/study.ts';
import { addExposures, addOutcomes } from '../../storage/experiment/unit.ts';

/** Monitoring's facts, through its route. Throws SUBGRAPH_UNAVAILABLE when it does not answer. */
export function peerFacts(monitoring: Peer, actor: Actor): FactSource {
  return async (after, waitMs, signal) => {
    const query = new URLSearchParams({ wait: String(waitMs), ...(after !== null && { after }) });
    const limit = AbortSignal.timeout(waitMs + 10_000);
    const answer = await monitoring.get(
      `/internal/facts?${query.toString()}`,
      actor,
      signal ? AbortSignal.any([signal, limit]) : limit,
    );
    if (!answer.ok) {
      throw new DomainError('SUBGRAPH_UNAVAILABLE', `the facts of monitoring answered ${answer.status}`, {
        subgraph: 'monitoring',
      });
    }
    return validated(FactPage, await answer.json());
  };
}

/** The name of the experiment that holds the allocation; undefined where something else does. */
const experimentOf = ({ holder, project }: UnitFact): string | undefined => experimentIds.find(project, holder)?.name;

/** Applies facts about units to those of the experiments that we know; those of other holders are not ours. */
export async function applyFacts(em: EntityManager, page: readonly Fact[]): Promise<void> {
  const facts = page.filter((fact): fact is UnitFact => fact.kind === 'exposure' || fact.kind === 'outcome');
  const thresholds = await positiveFrom(em, facts);
  const ours = facts.flatMap((fact) => {
    const experiment = experimentOf(fact);
    const threshold = thresholds.get(`${fact.project} ${experiment}`);
    return experiment === undefined || threshold === undefined ? [] : [{ ...fact, experiment, threshold }];
  });
  await addExposures(
    em,
    ours
      .filter(({ kind }) => kind === 'exposure')
      .map(({ project, experiment, holderRevision: revision, trust, unit, arm, occurredAt }) => ({
        project,
        experiment,
        revision,
        trust,
        unit,
        arm,
        occurredAt,
      })),
  );
  await addOutcomes(
    em,
    ours.flatMap(({ project, experiment, holderRevision: revision, trust, unit, threshold, ...fact }) => {
      const { value, predictionId, occurredAt, receivedAt } = fact;
      if (fact.kind !== 'outcome' || value === null) return [];
      const positive = value >= threshold;
      return [{ project, experiment, revision, trust, unit, predictionId, positive, occurredAt, receivedAt }];
    }),
  );
}

/** From which value an outcome is a positive, by `<project> <experiment>`. */
async function positiveFrom(em: EntityManager, facts: readonly UnitFact[]): Promise<ReadonlyMap<string, number>> {
  const thresholds = new Map<string, number>();
  for (const [project, own] of Map.groupBy(facts, (fact) => fact.project)) {
    const names = [...new Set(own.map(experimentOf))].filter((name) => name !== undefined);
    const found = await findStudies(em, experimentKind, project, names);
    for (const experiment of found) thresholds.set(`${project} ${experiment.name}`, experiment.positiveFrom);
  }
  return thresholds;
}
