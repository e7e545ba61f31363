import type { EntityManager } from '@mikro-orm/postgresql';
import type { AnswerFact, Fact, UnitFact } from '../../../../schema/fact.ts';
import { experimentIds } from '../../domain/ids.ts';
import { EXPERIMENT, type Experiment } from '../../domain/experiment/experiment.ts';
import { keptOf } from '../../domain/experiment/kept.ts';
import type { Revisable } from '../../domain/experiment/revision.ts';
import type { Study } from '../../domain/study.ts';
import { addAnswers, type AnswerPart } from '../../storage/metric/answer.ts';
import { touchDays } from '../../storage/experiment/day-sum.ts';
import { keepingSums, type AnswerKey, type KeptRevision } from '../../storage/experiment/kept-sums.ts';
import { experimentKind } from '../../storage/experiment/experiment.ts';
import { rolloutKind } from '../../storage/rollout/rollout.ts';
import { findStudies, type StoredKind } from '../../storage/study.ts';

type Heard = AnswerFact | UnitFact;

/**
 * Applies facts about answers and their outcomes to the rollouts that we know, and to the experiments that have metrics of
 * answers or segments; those of other holders are not ours.
 */
export async function applyAnswers(em: EntityManager, facts: readonly Fact[]): Promise<void> {
  const heard = facts.filter((fact): fact is Heard => fact.kind !== 'shadow');
  const answers: AnswerPart[] = [];
  const exposures: AnswerPart[] = [];
  const running: Experiment[] = [];
  for (const [project, own] of Map.groupBy(heard, (fact) => fact.project)) {
    const holders = [...new Set(own.map(({ holder }) => holder))];
    const rollouts = await known(em, rolloutKind, project, holders, () => true);
    const experiments = await known(
      em,
      experimentKind,
      project,
      holders,
      ({ primary, stratum, ...experiment }) =>
        primary !== null || stratum !== null || [experiment, ...experiment.revisions].some(readsAnswers),
    );
    for (const experiment of experiments.values()) running.push(experiment);
    const wanted = new Set([...rollouts.keys(), ...experiments.keys()]);
    // A rollout counts what was answered; units of an experiment may have met their arm without asking an edge.
    const counted = own.filter(
      ({ kind, holder }) => wanted.has(holder) && (kind !== 'exposure' || experiments.has(holder)),
    );
    for (const fact of counted) (fact.kind === 'exposure' ? exposures : answers).push(partOf(fact));
  }
  await keepingAll(em, keptRevisions(running, [...answers, ...exposures]), async () => {
    // Apart: of two parts of one answer in one statement only one is written, and the answer says more.
    await addAnswers(em, answers);
    await addAnswers(em, exposures);
  });
  await touchDays(
    em,
    [...answers, ...exposures].flatMap(({ project, holder, revision, trust, unit }) => {
      const experiment = experimentIds.find(project, holder)?.name;
      return experiment === undefined ? [] : [{ project, experiment, revision, trust, unit }];
    }),
  );
}

/** Whether it has something to read of answers: a revision that has ended still hears of its own. */
const readsAnswers = ({ guardrails, secondary, segments }: Revisable): boolean =>
  guardrails.length + secondary.length + segments.length > 0;

/** The ids among these of studies that are there and that `wants` answers. */
async function known<S extends Study>(
  em: EntityManager,
  kind: StoredKind<S>,
  project: string,
  holders: readonly string[],
  wants: (study: S) => boolean,
): Promise<ReadonlyMap<string, S>> {
  const { ids } = kind.rules;
  const names = holders.map((holder) => ids.find(project, holder)?.name).filter((name) => name !== undefined);
  const found = (await findStudies(em, kind, project, names)).filter(wants);
  return new Map(found.map((study) => [ids.format(study), study]));
}

interface Summed {
  readonly of: KeptRevision;
  readonly answers: readonly AnswerKey[];
}

/** The answers of each revision of which something is kept, each once, by unit. */
function keptRevisions(experiments: readonly Experiment[], parts: readonly AnswerPart[]): readonly Summed[] {
  const groups = Map.groupBy(parts, ({ holder, revision, trust }) => JSON.stringify([holder, revision, trust]));
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    const experiment = experiments.find((one) => EXPERIMENT.ids.format(one) === first?.holder);
    const revision = experiment?.revisions.find(({ number }) => number === first?.revision);
    if (!first || !experiment || !revision) return [];
    const kept = keptOf(experiment.primary, revision);
    if (kept.metrics.length + kept.segments.length === 0) return [];
    const { project, trust, holder } = first;
    const of = { project, experiment: experiment.name, revision: revision.number, trust, holder, kept };
    const answers = new Map(own.map(({ unit, predictionId }) => [`${unit} ${predictionId}`, { unit, predictionId }]));
    return [{ of, answers: [...answers.values()].toSorted((a, b) => (a.unit < b.unit ? -1 : 1)) }];
  });
}

/** Writes answers of several revisions, and keeps the sums of all of them. */
const keepingAll = (
  em: EntityManager,
  [first, ...rest]: readonly Summed[],
  write: () => Promise<void>,
): Promise<void> => (first ? keepingSums(em, first.of, first.answers, () => keepingAll(em, rest, write)) : write());

function partOf(fact: Heard): AnswerPart {
  const { project, holder, holderRevision: revision, trust, predictionId, unit, arm, score, value } = fact;
  const { occurredAt, receivedAt } = fact;
  const said = { project, holder, revision, trust, predictionId, unit, arm, score };
  const answer = { answeredAt: null, heardAt: null, latencyMs: null, fallback: null, segments: null };
  if (fact.kind === 'exposure') {
    return {
      ...said,
      ...answer,
      answeredAt: occurredAt,
      heardAt: receivedAt,
      valueAt: null,
      valueReceivedAt: null,
      value: null,
    };
  }
  if (fact.kind !== 'answer') return { ...said, ...answer, value, valueAt: occurredAt, valueReceivedAt: receivedAt };
  const { latencyMs, fallback, segments } = fact.answer;
  const answered = { answeredAt: occurredAt, heardAt: receivedAt, latencyMs, fallback: fallback !== null, segments };
  return { ...said, ...answered, value: null, valueAt: null, valueReceivedAt: null };
}
