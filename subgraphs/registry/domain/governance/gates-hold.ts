import type { ApprovalStep, GateResult } from '../version/model-version.ts';
import { ruleRefusal } from '../rule.ts';

/** What people can judge for themselves; bytes that are not what they claim to be are no matter of opinion. */
const WAIVABLE = /^(quality|fairness|performance|explainability|compatibility)\b/;
export const isWaivable = (gate: string): boolean => WAIVABLE.test(gate);

/** A gate that another person lets pass, for a while. */
export interface Waiver {
  readonly gate: string;
  readonly until: Date;
}

/** The waivers of a version that are good for these digests now. */
export const waiversOf = (steps: readonly ApprovalStep[], digestSet: string, now: Date): readonly Waiver[] =>
  steps.flatMap((step) =>
    step.action === 'WAIVE' &&
    step.digestSet === digestSet &&
    step.gate !== null &&
    step.expiresAt &&
    step.expiresAt > now
      ? [{ gate: step.gate, until: step.expiresAt }]
      : [],
  );

/** The gates of a report that neither passed nor are waived. */
export const failingIn = (report: readonly GateResult[], waivers: readonly Waiver[]): readonly GateResult[] =>
  report.filter(({ gate, passed }) => !passed && !waivers.some((waiver) => waiver.gate === gate));

/** The report with what was waived when it was made. */
export const withWaivers = (report: readonly GateResult[], waivers: readonly Waiver[]): readonly GateResult[] =>
  report.map((result) => {
    const until = waivers.filter(({ gate }) => !result.passed && gate === result.gate).map((waiver) => waiver.until);
    const last = until.toSorted((a, b) => a.getTime() - b.getTime()).at(-1);
    return last ? { ...result, waivedUntil: last.toISOString() } : result;
  });

/** Whether a gate passed, or was waived when it was computed. */
export const holds = ({ passed, waivedUntil }: GateResult): boolean => passed || waivedUntil !== undefined;

/** Throws FAILED_PRECONDITION (G17) that names the first gate of the newest validation which does not hold now. */
export function requireGates(steps: readonly ApprovalStep[], digestSet: string, now: Date, field: string): void {
  const validation = steps.findLast(({ action }) => action === 'VALIDATE');
  const failing = failingIn(validation?.report ?? [], waiversOf(steps, digestSet, now));
  const [first] = failing;
  if (!first) return;
  const allowed = isWaivable(first.gate)
    ? 'waive it as an approver, or register a better version'
    : 'register a better version';
  throw ruleRefusal(
    'G17',
    `${field}: the gate ${first.gate} fails: ${first.detail}; ${allowed}`,
    { field, gate: first.gate, gates: failing.map(({ gate }) => gate) },
    'FAILED_PRECONDITION',
  );
}
