import { DomainError } from '../../../../core/errors.ts';
import { RISK_TIERS, type RiskTier } from './tier-policy.ts';

/**
 * The tier of a version: as asked for, else that of the version before it, LOW for the first. Throws INVALID_INPUT for one below the
 * version before: who submits a model does not make it less dangerous.
 */
export function tierAfter(wanted: RiskTier | null, before: RiskTier | undefined): RiskTier {
  const least = before ?? 'LOW';
  if (wanted === null) return least;
  const allowed = RISK_TIERS.slice(RISK_TIERS.indexOf(least));
  if (allowed.includes(wanted)) return wanted;
  throw new DomainError('INVALID_INPUT', `riskTier: the version before is ${least}: allowed ${allowed.join(', ')}`, {
    field: 'riskTier',
    allowed,
  });
}
