import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { DomainError } from '../../../../core/errors.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import { readTierPolicy, type RiskTier, type StoredTierPolicy } from '../../domain/governance/tier-policy.ts';
import { tierPolicyUrn } from '../../domain/ids.ts';
import { saveTierPolicy, tierPolicies, tierPolicy } from '../../storage/governance/tier-policy.ts';
import type { RegistryDeps } from '../deps.ts';

export interface SetTierPolicyInput {
  readonly tier: RiskTier;
  readonly policy: unknown;
  readonly reason: string;
}

/** What a project asks of each risk tier. */
export class TierPolicies {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now'>;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now'>) {
    this.#deps = deps;
  }

  all({ actor }: RequestContext): Promise<readonly StoredTierPolicy[]> {
    return tierPolicies(this.#deps.db.em(), actor.project);
  }

  /** Approvals speak of the policy as well: those of versions of the tier are void once it changes (G3). */
  set(context: RequestContext, { tier, policy, reason }: SetTierPolicyInput): Promise<Changed<StoredTierPolicy>> {
    const read = readTierPolicy(policy);
    if (reason.trim() === '') {
      throw new DomainError('INVALID_INPUT', 'reason: say why, in one character or more', { field: 'reason' });
    }
    const { actor } = context;
    const subject = tierPolicyUrn.format({ project: actor.project, name: tier });
    return change(this.#deps, context, { action: 'tier-policy.set', subject }, async (em, at) => {
      const before = await tierPolicy(em, actor.project, tier);
      const { project, revision } = before;
      const after = { project, tier, policy: read, revision: revision + 1, changedBy: actor.subject, changedAt: at };
      await saveTierPolicy(em, after);
      return { value: after, before, reason, events: [] };
    });
  }
}
