import type { EntityManager } from '@mikro-orm/postgresql';
import { parseUrn } from '../../core/urn.ts';
import type { Fact, ShadowFact } from '../../schema/fact.ts';
import { findShadows } from './storage/shadow.ts';
import { addPairs, type ShadowPair } from './storage/shadow-pair.ts';

/** The name of the shadow that a pair was made for; null where something else holds it. */
function shadowIn({ holder, project }: ShadowFact): string | null {
  try {
    const urn = parseUrn(holder);
    const [part] = urn.parts;
    return urn.kind === 'shadow' && urn.project === project && part ? part.name : null;
  } catch {
    return null;
  }
}

/** Applies what is told of pairs to the shadows that we know; those of other holders are not ours. */
export async function applyPairs(em: EntityManager, facts: readonly Fact[]): Promise<void> {
  const told = facts.filter((fact) => fact.kind === 'shadow');
  const pairs: ShadowPair[] = [];
  for (const [project, own] of Map.groupBy(told, (fact) => fact.project)) {
    const names = [...new Set(own.map(shadowIn))].filter((name) => name !== null);
    const found = names.length === 0 ? [] : await findShadows(em, project, names);
    const known = new Set(found.map(({ name }) => name));
    for (const fact of own) {
      const name = shadowIn(fact);
      if (name !== null && known.has(name)) pairs.push(pairOf(name, fact));
    }
  }
  await addPairs(em, pairs);
}

function pairOf(shadow: string, fact: ShadowFact): ShadowPair {
  const { project, holderRevision: revision, trust, predictionId, value, occurredAt, receivedAt } = fact;
  const { predictedAt, failure, primary, shadow: candidate } = fact.shadow;
  return {
    project,
    shadow,
    revision,
    trust,
    predictionId,
    predictedAt,
    primaryVersion: primary.modelVersion,
    primaryScore: primary.score,
    primaryDecision: primary.decision,
    primaryMs: primary.latencyMs,
    candidateScore: candidate.score,
    candidateDecision: candidate.decision,
    candidateMs: candidate.latencyMs,
    failure,
    value,
    valueAt: value === null ? null : occurredAt,
    valueReceivedAt: value === null ? null : receivedAt,
  };
}
