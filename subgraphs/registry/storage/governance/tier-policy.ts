import { defineEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/postgresql';
import { plainRow } from '../../../shared/database/plain-row.ts';
import {
  DEFAULT_POLICIES,
  RISK_TIERS,
  type RiskTier,
  type StoredTierPolicy,
  type TierPolicy,
} from '../../domain/governance/tier-policy.ts';

export const TierPolicyRow = defineEntity({
  name: 'TierPolicy',
  tableName: 'tier_policy',
  primaryKeys: ['project', 'tier'],
  properties: {
    project: p.text().primary(),
    tier: p.text().primary().$type<RiskTier>(),
    policy: p.json<TierPolicy>(),
    revision: p.integer(),
    changedBy: p.text().nullable(),
    changedAt: p.datetime(3).nullable(),
  },
});

export const tierPolicySql: readonly string[] = [
  `create table tier_policy (
     project text not null,
     tier text not null,
     policy jsonb not null,
     revision int not null,
     changed_by text,
     changed_at timestamptz(3),
     primary key (project, tier)
   )`,
];

const plain = plainRow<StoredTierPolicy>;

/** What holds for each tier of a project. */
export async function tierPolicies(em: EntityManager, project: string): Promise<readonly StoredTierPolicy[]> {
  const rows = (await em.find(TierPolicyRow, { project }, { limit: RISK_TIERS.length })).map((row) => plain(row));
  return RISK_TIERS.map(
    (tier) =>
      rows.find((row) => row.tier === tier) ?? {
        project,
        tier,
        policy: DEFAULT_POLICIES[tier],
        revision: 0,
        changedBy: null,
        changedAt: null,
      },
  );
}

export async function tierPolicy(em: EntityManager, project: string, tier: RiskTier): Promise<StoredTierPolicy> {
  const found = (await tierPolicies(em, project)).find((one) => one.tier === tier);
  if (!found) throw new Error(`there is no tier ${tier}`);
  return found;
}

/** Keeps a policy, and holds every version of the tier to it. */
export async function saveTierPolicy(em: EntityManager, stored: StoredTierPolicy): Promise<void> {
  const { project, tier, policy, revision, changedBy, changedAt } = stored;
  await em.execute(
    `insert into tier_policy (project, tier, policy, revision, changed_by, changed_at) values (?, ?, ?::jsonb, ?, ?, ?)
     on conflict (project, tier) do update set policy = excluded.policy, revision = excluded.revision,
       changed_by = excluded.changed_by, changed_at = excluded.changed_at`,
    [project, tier, JSON.stringify(policy), revision, changedBy, changedAt],
  );
  await em.execute('update model_version set policy_revision = ? where project = ? and risk_tier = ?', [
    revision,
    project,
    tier,
  ]);
}
