import { DISTRIBUTION_GATE } from '../evaluation/distribution-gate.ts';
import { ruleRefusal } from '../rule.ts';
import type { ApprovalStep } from '../version/model-version.ts';
import { waiversOf } from './gates-hold.ts';
import type { TierPolicy } from './tier-policy.ts';

interface Read {
  readonly modelVersion: string;
  /** What the version names, and was compared. */
  readonly featureService: string | null;
  /** What the recipe of the release reads. */
  readonly service: string;
  readonly policy: TierPolicy;
  readonly steps: readonly ApprovalStep[];
  readonly digestSet: string;
}

const DAY_MS = 86_400_000;
const FIELD = 'recipe.features.service';

/**
 * Throws FAILED_PRECONDITION (G17) where a tier asks that recent values were compared with those of the training set, and for what
 * a release is to read they were not, or too long ago. A waiver of the gate lets it through.
 */
export function requireCompared(read: Read, now: Date): void {
  const asked = read.policy.compatibility.distributions;
  if (!asked?.mustBeComputed) return;
  if (waiversOf(read.steps, read.digestSet, now).some(({ gate }) => gate === DISTRIBUTION_GATE)) return;
  const { modelVersion, featureService, service } = read;
  if (featureService !== service) {
    const compared = featureService === null ? 'no service' : featureService;
    const why = `${modelVersion} was compared with the values of ${compared}, and this reads ${service}`;
    throw refusal(why, featureService === null ? [] : [featureService]);
  }
  const at = read.steps.findLast(({ action }) => action === 'VALIDATE')?.at;
  if (at && now.getTime() - at.getTime() <= asked.recentDays * DAY_MS) return;
  throw refusal(`the values of ${service} were compared for ${modelVersion} longer ago than ${asked.recentDays} days`, [
    'validate the version again',
  ]);
}

const refusal = (why: string, allowed: readonly string[]): Error =>
  ruleRefusal(
    'G17',
    `${FIELD}: ${why}; allowed: ${allowed.length > 0 ? allowed.join(', ') : 'a version that names the service'}, or a waiver of ${DISTRIBUTION_GATE}`,
    { field: FIELD, gate: DISTRIBUTION_GATE, allowed },
    'FAILED_PRECONDITION',
  );
