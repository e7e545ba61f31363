import { PREPARE, type BlueGreen } from './blue-green.ts';
import type { ExpiryPolicy, RolloutStep } from './rollout.ts';
import { minutesBetween, passed, planOf, sayOf, type Say, type Verdict } from './verdict-words.ts';
import { type SwitchCheck, type SwitchNode, type SwitchWindow } from './switch-check.ts';
import { switchChecks } from './switch-checks.ts';

/** Everything that a verdict on a blue-green switch rests on. Times are ISO 8601. */
export interface SwitchEvidence {
  readonly at: string;
  readonly step: number;
  readonly steps: readonly RolloutStep[];
  readonly onExpiry: ExpiryPolicy;
  readonly startedAt: string;
  readonly passedAt: string | null;
  readonly paused: string | null;
  readonly approvedBy: string | null;
  readonly blueGreen: BlueGreen;
  /** Enrolled nodes that report the deployment; null where monitoring did not answer. */
  readonly nodes: readonly SwitchNode[] | null;
  /** The control's answers before the switch, the candidate's after it. */
  readonly window: SwitchWindow;
}

/**
 * What is taken back at once where it fails after the switch. The rest says that something is not known or not ready, or that
 * fewer ask, which may be the callers' doing.
 */
const HARM: ReadonlySet<SwitchCheck['check']> = new Set(['MEMORY', 'FEATURES', 'ERRORS', 'LATENCY']);

/**
 * The verdict on a blue-green switch, from its evidence alone. Before the switch nothing can be lost by waiting: what fails
 * holds. After it what harms goes back at once, paused or not; what is not known is never taken for healthy.
 */
export function judgeSwitch(evidence: SwitchEvidence): Verdict {
  const { step, steps, nodes, window, at, blueGreen, paused, passedAt, approvedBy } = evidence;
  const checks = switchChecks({ at, step, blueGreen, nodes: nodes ?? [], window });
  const say = sayOf({ checks });
  const failed = checks.filter(({ state }) => state === 'FAILED');
  const harm = step === PREPARE ? [] : failed.filter(({ check }) => HARM.has(check));
  if (harm.length > 0) return say('ROLLBACK', harm.map(inWords), { move: 'ROLL_BACK' });
  if (paused !== null) return say('HOLD', [`paused by hand: ${paused}`]);
  if (nodes === null) return say('HOLD', ['monitoring does not answer: silence is not health']);
  if (nodes.length === 0 && blueGreen.nodes.length === 0) {
    return expired(evidence, say) ?? say('WAIT', ['no enrolled node reports the deployment']);
  }
  const unknown = checks.filter(({ state }) => state === 'NO_DATA');
  if (failed.length + unknown.length > 0) {
    const isHeld = failed.length > 0 || unknown.some(({ check }) => check === 'HEARD');
    return expired(evidence, say) ?? say(isHeld ? 'HOLD' : 'WAIT', [...failed, ...unknown].map(inWords));
  }
  const next = step === PREPARE ? 'all traffic is switched to the candidate' : 'the candidate becomes the default';
  const words = { hold: 'all checks pass', shown: 'every check passes', next };
  return passed({ at, passedAt, steps, step, approvedBy, words }, say);
}

const inWords = ({ check, node, detail }: SwitchCheck): string =>
  node === null ? `${check}: ${detail}` : `${check} of ${node}: ${detail}`;

function expired({ at, startedAt, steps, step, onExpiry }: SwitchEvidence, say: Say): Verdict | null {
  const { maxMinutes } = planOf(steps, step);
  if (maxMinutes === null || minutesBetween(startedAt, at) < maxMinutes) return null;
  const over = `the ${maxMinutes} minutes of step ${step} are over and not all checks pass`;
  if (onExpiry === 'HOLD') return say('HOLD', [`${over}: a person decides`]);
  return say('ROLLBACK', [`${over}: it is rolled back`], { move: 'ROLL_BACK' });
}
