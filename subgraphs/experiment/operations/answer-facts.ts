import type { EntityManager } from '@mikro-orm/postgresql';
import type { AnswerFact, Fact, UnitFact } from '../../../schema/fact.ts';
import { rolloutIds } from '../domain/ids.ts';
import { addAnswers, type AnswerPart } from '../storage/answer.ts';
import { rolloutKind } from '../storage/rollout.ts';
import { findStudies } from '../storage/study.ts';

type Told = AnswerFact | UnitFact;

const rolloutOf = ({ holder, project }: Told): string | undefined => rolloutIds.find(project, holder)?.name;

/** Applies facts about answers and their outcomes to the rollouts that we know; those of other holders are not ours. */
export async function applyAnswers(em: EntityManager, facts: readonly Fact[]): Promise<void> {
  const told = facts.filter((fact): fact is Told => fact.kind === 'answer' || fact.kind === 'outcome');
  const parts: AnswerPart[] = [];
  for (const [project, own] of Map.groupBy(told, (fact) => fact.project)) {
    const names = [...new Set(own.map(rolloutOf))].filter((name) => name !== undefined);
    const known = new Set((await findStudies(em, rolloutKind, project, names)).map(({ name }) => name));
    for (const fact of own) {
      const name = rolloutOf(fact);
      if (name !== undefined && known.has(name)) parts.push(partOf(name, fact));
    }
  }
  await addAnswers(em, parts);
}

function partOf(rollout: string, fact: Told): AnswerPart {
  const { project, holderRevision: step, trust, predictionId, unit, arm, score, value, occurredAt, receivedAt } = fact;
  const known = { project, rollout, step, trust, predictionId, unit, arm, score };
  const answer = { answeredAt: null, heardAt: null, latencyMs: null, fallback: null, segments: null };
  if (fact.kind !== 'answer') return { ...known, ...answer, value, valueAt: occurredAt, valueReceivedAt: receivedAt };
  const { latencyMs, fallback, segments } = fact.answer;
  const said = { answeredAt: occurredAt, heardAt: receivedAt, latencyMs, fallback: fallback !== null, segments };
  return { ...known, ...said, value: null, valueAt: null, valueReceivedAt: null };
}
