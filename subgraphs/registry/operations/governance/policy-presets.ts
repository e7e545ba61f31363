import { DomainError } from '../../../../core/errors.ts';
import { isSame } from '../../../shared/definitions/definition.ts';
import { differencesOf, type Difference } from '../../../shared/definitions/differences.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, record } from '../../../shared/operations/change.ts';
import { PRESET_NAMES, type PolicyPreset, type PresetImport } from '../../domain/governance/policy-preset.ts';
import { POLICY_PRESETS } from '../../domain/governance/policy-presets.ts';
import { stricterPolicy } from '../../domain/governance/stricter-policy.ts';
import type { RiskTier, StoredTierPolicy } from '../../domain/governance/tier-policy.ts';
import { policyPresetUrn, tierPolicyUrn } from '../../domain/ids.ts';
import { presetImports, savePresetImport } from '../../storage/governance/preset-import.ts';
import { saveTierPolicy, tierPolicies } from '../../storage/governance/tier-policy.ts';
import type { RegistryDeps } from '../deps.ts';

export interface ImportPolicyPresetInput {
  /** Whole or short: RBI. */
  readonly id: string;
  readonly reason: string;
}

/** What a tier asks for less than a preset. */
export interface PresetGap extends Difference {
  readonly tier: RiskTier;
}

/** A preset, held against what the project asks for now. */
export interface PresetView {
  readonly id: string;
  readonly preset: PolicyPreset;
  readonly imported: PresetImport | null;
  /** Empty: every tier asks for what the preset does, or more. */
  readonly gaps: readonly PresetGap[];
}

/** What regulators ask for as data: policies to import, and which control answers which clause. */
export class PolicyPresets {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now'>;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now'>) {
    this.#deps = deps;
  }

  async all({ actor: { project } }: RequestContext): Promise<readonly PresetView[]> {
    const em = this.#deps.db.em();
    const [stored, imports] = [await tierPolicies(em, project), await presetImports(em, project)];
    return PRESET_NAMES.map((name) => viewOf(project, POLICY_PRESETS[name], stored, imports));
  }

  /** Null for a preset that there is not. */
  async one(context: RequestContext, id: string): Promise<PresetView | null> {
    const key = policyPresetUrn.lookUp(context.actor.project, id);
    return (await this.all(context)).find(({ preset: { name } }) => name === key?.name) ?? null;
  }

  /** Each tier asks for what it asked for and what the preset does: nothing becomes weaker. */
  async import(context: RequestContext, { id, reason }: ImportPolicyPresetInput): Promise<PresetView> {
    const { actor } = context;
    const { project } = actor;
    const preset = requirePreset(project, id);
    if (reason.trim() === '') {
      throw new DomainError('INVALID_INPUT', 'reason: say why, in one character or more', { field: 'reason' });
    }
    const subject = policyPresetUrn.format({ project, name: preset.name });
    await change(this.#deps, context, { action: 'policy-preset.import', subject }, async (em, at) => {
      const before = (await presetImports(em, project)).find((one) => one.preset === preset.name);
      const stored = await tierPolicies(em, project);
      const stricter = stored.flatMap((held) => {
        const asked = preset.tiers[held.tier];
        const policy = asked ? stricterPolicy(held.policy, asked) : held.policy;
        return isSame(held.policy, policy) ? [] : [{ before: held, policy }];
      });
      if (before && stricter.length === 0) return { value: before, unchanged: true };
      for (const { before: held, policy } of stricter) {
        const after: StoredTierPolicy = {
          ...held,
          policy,
          revision: held.revision + 1,
          changedBy: actor.subject,
          changedAt: at,
        };
        await saveTierPolicy(em, after);
        await record(em, context, {
          action: 'tier-policy.set',
          subject: tierPolicyUrn.format({ project, name: held.tier }),
          at,
          value: after,
          before: held,
          reason: `preset ${preset.name}: ${reason}`,
          events: [],
        });
      }
      const value = { project, preset: preset.name, by: actor.subject, at, reason };
      await savePresetImport(em, value);
      return { value, before, reason, events: [] };
    });
    const view = await this.one(context, subject);
    if (!view) throw new Error(`there is no preset ${subject}`);
    return view;
  }
}

function requirePreset(project: string, id: string): PolicyPreset {
  const { name } = policyPresetUrn.parse(project, id);
  const found = PRESET_NAMES.find((one) => one === name);
  if (found) return POLICY_PRESETS[found];
  throw new DomainError('NOT_FOUND', `id: there is no preset "${name}"; there are ${PRESET_NAMES.join(', ')}`, {
    field: 'id',
    allowed: PRESET_NAMES,
  });
}

function viewOf(
  project: string,
  preset: PolicyPreset,
  stored: readonly StoredTierPolicy[],
  imports: readonly PresetImport[],
): PresetView {
  return {
    id: policyPresetUrn.format({ project, name: preset.name }),
    preset,
    imported: imports.find((one) => one.preset === preset.name) ?? null,
    gaps: stored.flatMap(({ tier, policy }) => {
      const asked = preset.tiers[tier];
      return asked ? differencesOf(policy, stricterPolicy(policy, asked)).map((one) => ({ tier, ...one })) : [];
    }),
  };
}
