import { DomainError } from '../../../../core/errors.ts';
import { ruleRefusal } from '../rule.ts';
import type { GateResult, ModelVersion } from '../version/model-version.ts';
import type { RiskTier } from './tier-policy.ts';

/** Two people approve versions to come: only those of one model, trainer and service, a few of them, until a day. */
export interface StandingApproval {
  readonly id: number;
  readonly project: string;
  readonly model: string;
  /** The commit of the training code that must have made them. */
  readonly codeCommit: string;
  /** The pinned feature service that they must read; null: none. */
  readonly featureService: string | null;
  /** The only environments in which they may serve; empty: all. */
  readonly environments: readonly string[];
  /** How many versions it lets through. */
  readonly runs: number;
  readonly used: number;
  readonly expiresAt: Date;
  readonly reason: string;
  readonly proposedBy: string;
  readonly proposedAt: Date;
  /** Null: it lets nothing through yet. */
  readonly confirmedBy: string | null;
  readonly endedBy: string | null;
}

/** The committee of the riskiest tier decides each time. */
const ALLOWED_TIERS: readonly RiskTier[] = ['LOW', 'MEDIUM'];
export const MOST_RUNS = 1_000;
export const LONGEST_DAYS = 366;
const DAY_MS = 86_400_000;

/** Throws INVALID_INPUT that names the field. */
export function checkStanding({ runs, expiresAt }: Pick<StandingApproval, 'runs' | 'expiresAt'>, now: Date): void {
  if (!Number.isSafeInteger(runs) || runs < 1 || runs > MOST_RUNS) {
    throw new DomainError('INVALID_INPUT', `runs: is ${runs}; allowed 1 to ${MOST_RUNS}`, {
      field: 'runs',
      max: MOST_RUNS,
    });
  }
  const leftMs = expiresAt.getTime() - now.getTime();
  if (leftMs > 0 && leftMs <= LONGEST_DAYS * DAY_MS) return;
  throw new DomainError(
    'INVALID_INPUT',
    `expiresAt: a standing approval ends in the future, within ${LONGEST_DAYS} days`,
    {
      field: 'expiresAt',
    },
  );
}

/** Throws (G18) where a version lies outside the bounds, naming the first that it breaks. */
export function requireWithin(
  standing: StandingApproval,
  version: ModelVersion,
  report: readonly GateResult[],
  now: Date,
): void {
  const { proposedBy, confirmedBy } = standing;
  const failed = report.find(({ passed }) => !passed);
  const people = [proposedBy, confirmedBy].filter((name) => name !== null && version.makers.includes(name));
  const broken = [
    confirmedBy === null ? 'a second person has not confirmed it' : undefined,
    standing.endedBy === null ? undefined : `${standing.endedBy} ended it`,
    standing.expiresAt > now ? undefined : `it expired at ${standing.expiresAt.toISOString()}`,
    standing.used < standing.runs ? undefined : `its ${standing.runs} runs are used`,
    standing.model === version.model ? undefined : `it is for the model ${standing.model}`,
    ALLOWED_TIERS.includes(version.riskTier) ? undefined : `a ${version.riskTier} version takes people each time`,
    standing.codeCommit === version.codeCommit ? undefined : `it is for the code ${standing.codeCommit}`,
    standing.featureService === version.featureService
      ? undefined
      : `it is for the feature service ${standing.featureService ?? 'none'}`,
    version.evaluation === null ? 'the version has no evaluation' : undefined,
    failed ? `the gate ${failed.gate} did not pass` : undefined,
    people.length > 0 ? `${people.join(', ')} made the version` : undefined,
  ].find((why) => why !== undefined);
  if (broken === undefined) return;
  throw ruleRefusal(
    'G18',
    `standing: it does not let this version through: ${broken}`,
    { field: 'standing' },
    'FAILED_PRECONDITION',
  );
}
