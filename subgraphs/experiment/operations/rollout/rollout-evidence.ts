import type { Pool } from 'pg';
import { PREPARE, type BlueGreen } from '../../domain/rollout/blue-green.ts';
import { CANDIDATE, CONTROL, ROLLOUT, runOf, type Rollout } from '../../domain/rollout/rollout.ts';
import type { Evidence, VerdictRecord } from '../../domain/rollout/rollout-verdict.ts';
import { type SwitchNode } from '../../domain/rollout/switch-check.ts';
import { nodesOf } from '../../domain/rollout/switch-checks.ts';
import type { SwitchEvidence } from '../../domain/rollout/switch-verdict.ts';
import { countStepUnits, countWindow, sumGuardrail, type AnswersOf } from '../../storage/metric/answer.ts';

/** Only records of enrolled nodes decide. */
const answersOf = (rollout: Rollout): AnswersOf => ({
  project: rollout.project,
  holder: ROLLOUT.ids.format(rollout),
  trust: 'server',
});

/** What a verdict on a running rollout rests on. `nodes` are those of a blue-green switch; null where nobody knows them. */
export const evidenceOf = (
  pool: Pool,
  rollout: Rollout,
  nodes: readonly SwitchNode[] | null,
  at: Date,
): Promise<VerdictRecord['evidence']> =>
  rollout.blueGreen ? switchEvidence(pool, rollout, rollout.blueGreen, { nodes, at }) : stepEvidence(pool, rollout, at);

async function switchEvidence(
  pool: Pool,
  rollout: Rollout,
  blueGreen: BlueGreen,
  { nodes, at }: { readonly nodes: readonly SwitchNode[] | null; readonly at: Date },
): Promise<SwitchEvidence> {
  const arm = rollout.step === PREPARE ? CONTROL : CANDIDATE;
  const after = new Date(at.getTime() - blueGreen.windowSeconds * 1_000);
  const window = await countWindow(pool, answersOf(rollout), { step: rollout.step, arm, after });
  const common = commonEvidence(rollout, at);
  return { ...common, blueGreen, nodes: nodes && nodesOf(nodes, blueGreen, common.at), window };
}

async function stepEvidence(pool: Pool, rollout: Rollout, at: Date): Promise<Evidence> {
  const { step, guardrails, alpha } = rollout;
  const of = answersOf(rollout);
  const { control, candidate, heardAt } = await countStepUnits(pool, of, step);
  const sums: Evidence['sums'][number][] = [];
  for (const guardrail of guardrails) sums.push(...(await sumGuardrail(pool, of, guardrail)));
  return {
    ...commonEvidence(rollout, at),
    guardrails,
    alpha,
    units: { control, candidate },
    heardAt: heardAt?.toISOString() ?? null,
    sums,
  };
}

/** Where a rollout stands, as every verdict on it rests on. */
function commonEvidence(rollout: Rollout, at: Date) {
  const { name, step, steps, onExpiry, paused } = rollout;
  const run = runOf(rollout, step);
  if (!run) throw new Error(`the rollout ${name} is in no step`);
  return {
    at: at.toISOString(),
    step,
    steps,
    onExpiry,
    startedAt: run.startedAt.toISOString(),
    passedAt: run.passedAt?.toISOString() ?? null,
    paused: paused?.reason ?? null,
    approvedBy: run.approvedBy,
  };
}
