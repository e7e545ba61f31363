import type { EntityManager } from '@mikro-orm/postgresql';
import type { Fact, ShadowFact } from '../../../../schema/fact.ts';
import { shadowIds } from '../../domain/ids.ts';
import { addPairs, type Pair } from '../../storage/shadow/pair.ts';
import { shadowKind } from '../../storage/shadow/shadow.ts';
import { findStudies } from '../../storage/study.ts';

/** The name of the shadow that a pair was made for; undefined where something else holds it. */
const shadowOf = ({ holder, project }: ShadowFact): string | undefined => shadowIds.find(project, holder)?.name;

/** Applies facts about pairs to the shadows that we know; those of other holders are not ours. */
export async function applyPairs(em: EntityManager, facts: readonly Fact[]): Promise<void> {
  const shadows = facts.filter((fact) => fact.kind === 'shadow');
  const pairs: Pair[] = [];
  for (const [project, own] of Map.groupBy(shadows, (fact) => fact.project)) {
    const names = [...new Set(own.map(shadowOf))].filter((name) => name !== undefined);
    const found = await findStudies(em, shadowKind, project, names);
    const known = new Set(found.map(({ name }) => name));
    for (const fact of own) {
      const name = shadowOf(fact);
      if (name !== undefined && known.has(name)) pairs.push(pairOf(name, fact));
    }
  }
  await addPairs(em, pairs);
}

function pairOf(shadow: string, fact: ShadowFact): Pair {
  const { project, holderRevision: revision, trust, predictionId, value, occurredAt, receivedAt } = fact;
  const { predictedAt, failure, segments, primary, shadow: candidate } = fact.shadow;
  return {
    project,
    shadow,
    revision,
    trust,
    predictionId,
    predictedAt,
    primaryRelease: primary.release,
    primaryScore: primary.score,
    primaryDecision: primary.decision,
    primaryMs: primary.latencyMs,
    candidateScore: candidate.score,
    candidateDecision: candidate.decision,
    candidateMs: candidate.latencyMs,
    failure,
    segments,
    value,
    valueAt: value === null ? null : occurredAt,
    valueReceivedAt: value === null ? null : receivedAt,
  };
}
