import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { isLastStep, runOf, withRun, type Rollout } from '../../domain/rollout/rollout.ts';
import { judge, type VerdictRecord } from '../../domain/rollout/rollout-verdict.ts';
import { changed, type PendingStep } from '../../domain/study.ts';
import type { Verdict } from '../../domain/rollout/verdict-words.ts';
import { insertVerdict } from '../../storage/rollout/verdict.ts';
import type { WantedStep } from '../studies.ts';

/** What the evidence comes to: the rollout with its verdict, and the step that follows of it. */
export async function judged(
  em: EntityManager,
  before: Rollout,
  evidence: VerdictRecord['evidence'],
  at: Date,
): Promise<{ readonly after: Rollout; readonly step: WantedStep | null }> {
  const verdict = judge(evidence);
  const id = randomUUID();
  const kept = await keepVerdict(em, before, { id, at, evidence, verdict });
  const after = kept === null ? before : changed({ ...before, verdict: kept });
  return {
    after: switched(passingSince(after, verdict, at), evidence, verdict),
    step: verdict.move && stepFor(before, verdict.move, { id, reason: verdict.reasons.join('; ') }),
  };
}

/** The step after the one in force; behind the last, everybody. */
export const nextStep = (rollout: Rollout): WantedStep =>
  isLastStep(rollout) ? { verb: 'PROMOTE' } : { verb: 'ADVANCE', to: rollout.step + 1 };

/** The verdict's id is the step's, and so the cause under which the registry does it once. */
const stepFor = (
  rollout: Rollout,
  move: NonNullable<Verdict['move']>,
  step: Pick<PendingStep, 'id' | 'reason'>,
): WantedStep => ({ ...(move === 'ROLL_BACK' ? { verb: move } : nextStep(rollout)), ...step });

function passingSince(rollout: Rollout, { passing }: Verdict, at: Date): Rollout {
  const passedAt = passing ? (runOf(rollout, rollout.step)?.passedAt ?? at) : null;
  return runOf(rollout, rollout.step)?.passedAt === passedAt ? rollout : withRun(rollout, { passedAt });
}

/** The nodes that were ready when all traffic is switched must go on being heard. */
function switched(rollout: Rollout, evidence: VerdictRecord['evidence'], { move }: Verdict): Rollout {
  const { blueGreen } = rollout;
  if (!blueGreen || move !== 'ADVANCE' || !('nodes' in evidence)) return rollout;
  return { ...rollout, blueGreen: { ...blueGreen, nodes: (evidence.nodes ?? []).map(({ node }) => node) } };
}

/** A verdict is kept where something follows of it, or where it says something else than the one before; else null. */
async function keepVerdict(
  em: EntityManager,
  { project, name, step, verdict: last }: Rollout,
  { id, at, evidence, verdict }: { id: string; at: Date; evidence: VerdictRecord['evidence']; verdict: Verdict },
): Promise<Rollout['verdict']> {
  const { word, move, reasons } = verdict;
  if (move === null && last?.word === word && last.step === step) return null;
  const number = (last?.number ?? 0) + 1;
  await insertVerdict(em, { id, project, rollout: name, number, at, step, word, move, reasons, evidence });
  return { number, step, word };
}
