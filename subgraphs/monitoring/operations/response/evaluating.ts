import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { appendEvent } from '../../../shared/events/outbox.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import { brakesOn, breakerOpens, faultText, underWayText, type Situation } from '../../domain/response/brakes.ts';
import type { PolicyDefinition } from '../../domain/response/definition.ts';
import type { ResponsePolicy } from '../../domain/response/policy.ts';
import { policyEvent } from '../../domain/response/response-event.ts';
import {
  actionText,
  AFTER_BRAKES,
  asking,
  begun,
  ended,
  expiryOf,
  laneOf,
  type ResponseRun,
  type RunStep,
} from '../../domain/response/run.ts';
import { pipelineFaults } from '../../domain/response/trigger.ts';
import { findOrderedTraffic } from '../../storage/deployment.ts';
import { recentIncidents } from '../../storage/incident/incident.ts';
import { lockPolicy, lockResponses, updatePolicy } from '../../storage/response/policy.ts';
import { actedTimes, actingOn, countPredictions, lastStep, runsOfPolicy } from '../../storage/response/run.ts';
import type { MonitoringDeps } from '../deps.ts';
import { keepRun } from './keeping.ts';
import { troublesIn, troubleShown } from './troubles.ts';

const HOUR_MS = 3_600_000;

/** A run that changes, and what it went through now. */
interface Judged {
  readonly run: ResponseRun;
  readonly steps: readonly Omit<RunStep, 'at' | 'by'>[];
}

/**
 * Judges one policy: its row is held throughout, so that of two evaluators the second sees what the first came to. Nothing is
 * sent here: a run that may act is kept as due.
 */
export async function judgePolicy(
  deps: MonitoringDeps,
  context: RequestContext,
  { project, name }: Pick<ResponsePolicy, 'project' | 'name'>,
  at: Date,
): Promise<void> {
  await deps.db.transaction(async (em) => {
    const policy = await lockPolicy(em, project, name);
    if (!policy || policy.paused) return;
    // Of two policies on one deployment the second sees whether the first acts.
    await lockResponses(em, project, policy.definition.deployment);
    const incidents = (await recentIncidents(em, project, at, [])).filter(({ startedAt }) => startedAt <= at);
    const known = await runsOfPolicy(
      em,
      { project, policy: name },
      ['WAITING', 'ASKING'],
      incidents.map(({ id }) => id),
    );
    let situation = await situationOf(deps, em, policy, incidents, at);
    const { trigger } = policy.definition;
    const troubles =
      'expression' in trigger
        ? await troubleShown(deps, em, policy, trigger, known, at)
        : troublesIn(policy.definition.deployment, trigger, incidents, known, at);
    for (const { incident, features, text, held } of troubles) {
      if (held && held.state !== 'WAITING' && held.state !== 'LAPSED') continue;
      const before = held ?? newRun(policy, incident, features, at);
      const triggered = held?.state === 'WAITING' ? [] : [{ kind: 'TRIGGERED' as const, text: text.slice(0, 2_000) }];
      const waiting: ResponseRun = { ...before, state: 'WAITING', endedAt: null };
      const opens = brakesOn(policy.definition, situation).length === 0 && breakerOpens(policy.definition, situation);
      if (opens) {
        const paused = { at: at.toISOString(), by: null, reason: opens };
        await appendEvent(em, policyEvent(await updatePolicy(em, { ...policy, paused }), at));
        const steps = [
          ...triggered,
          { kind: 'BREAKER_OPENED' as const, text: `${opens}; a person resumes the policy` },
        ];
        await keepJudged(em, context, { run: waiting, steps }, at);
        deps.log.warn({ policy: name, reason: opens }, 'the breaker of a response policy opened');
        return;
      }
      const judged = await decided(em, waiting, situation, deps.now());
      await keepJudged(em, context, { ...judged, steps: [...triggered, ...judged.steps] }, at);
      const { actedAt, state, id } = judged.run;
      if (actedAt) situation = { ...situation, acted: [...situation.acted, actedAt] };
      if (state === 'ACTING' && policy.definition.action.kind !== 'PAGE') situation = { ...situation, underWay: id };
    }
    for (const run of known.filter(({ state }) => state === 'WAITING' || state === 'ASKING')) {
      if (troubles.some(({ held }) => held?.id === run.id)) continue;
      const steps = [{ kind: 'LAPSED' as const, text: 'its trigger no longer holds: nothing was done' }];
      await keepJudged(em, context, { run: ended(run, 'LAPSED', at), steps }, at);
    }
  });
}

/** What becomes of a run that waits: it is held for a reason that is new, or goes as far as its level lets it. */
async function decided(em: EntityManager, run: ResponseRun, situation: Situation, now: Date): Promise<Judged> {
  const { definition } = run;
  const held = brakesOn(definition, situation);
  if (held.length > 0) {
    const text = held.join('; ');
    const last = await lastStep(em, run);
    return { run, steps: last?.kind === 'HELD' && last.text === text ? [] : [{ kind: 'HELD', text }] };
  }
  const { state, step } = AFTER_BRAKES[definition.level];
  const { at } = situation;
  const text = `${definition.level}: ${actionText(definition.action, definition.deployment)}`;
  if (state === 'ACTING') return { run: begun(run, at, now), steps: [{ kind: step, text }] };
  if (state === 'ASKING') {
    const asked = asking(run, at, now);
    const until = expiryOf(asked);
    const limit = until === null ? '' : `; it waits for a person until ${until.toISOString()}`;
    return { run: asked, steps: [{ kind: step, text: `${text}${limit}` }] };
  }
  return { run: { ...run, state, actedAt: at, endedAt: at }, steps: [{ kind: step, text }] };
}

async function situationOf(
  { db }: MonitoringDeps,
  em: EntityManager,
  { project, name, definition }: ResponsePolicy,
  incidents: readonly Incident[],
  at: Date,
): Promise<Situation> {
  const { deployment, action, guards } = definition;
  const lane = laneOf(action);
  const acting = lane === 'NEWS' ? [] : await actingOn(em, project, deployment);
  const inTheWay = acting.find((run) => laneOf(run.definition.action) === lane);
  const traffic = guards.notWhileTrafficIsHeld ? await findOrderedTraffic(db.pool, project, deployment) : null;
  return {
    at,
    incidents,
    acted: await actedTimes(em, { project, policy: name, before: at }),
    underWay: inTheWay?.id ?? null,
    predictions: await predictionsIn(em, project, definition, at),
    holder: traffic?.allocation?.holder ?? null,
  };
}

async function predictionsIn(
  em: EntityManager,
  project: string,
  { deployment, guards }: PolicyDefinition,
  at: Date,
): Promise<number | null> {
  const { leastPredictions: least } = guards;
  if (least === null) return null;
  return countPredictions(em, { project, deployment }, new Date(at.getTime() - least.hours * HOUR_MS), at);
}

function newRun(policy: ResponsePolicy, incident: string | null, features: readonly string[], at: Date): ResponseRun {
  return {
    project: policy.project,
    id: randomUUID(),
    policy: policy.name,
    policyRevision: policy.revision,
    author: policy.changedBy,
    definition: policy.definition,
    incident,
    state: 'WAITING',
    stage: null,
    startedAt: at,
    actedAt: null,
    features,
    stageSince: null,
    endedAt: null,
    nextAt: null,
    attempts: 0,
    refusedBy: [],
    revision: 0,
    modelVersion: null,
    release: null,
    shadow: null,
    rollout: null,
  };
}

/** Why a run must not begin although a person lets it: what came up since it asked. */
export async function brakeSince(
  { now }: MonitoringDeps,
  em: EntityManager,
  { project, definition }: ResponseRun,
): Promise<string | null> {
  const { deployment, action } = definition;
  await lockResponses(em, project, deployment);
  const lane = laneOf(action);
  const other = (await actingOn(em, project, deployment)).find((run) => laneOf(run.definition.action) === lane);
  if (lane !== 'NEWS' && other) return underWayText(other.id);
  if (action.kind !== 'RETRAIN') return null;
  const at = now();
  const [fault] = pipelineFaults(deployment, await recentIncidents(em, project, at, []), at);
  return fault ? faultText(fault.id) : null;
}

const keepJudged = (em: EntityManager, context: RequestContext, { run, steps }: Judged, at: Date): Promise<void> =>
  keepRun(
    em,
    context,
    run,
    steps.map((step) => ({ ...step, at, by: null })),
  );
