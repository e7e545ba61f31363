import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change } from '../../../shared/operations/change.ts';
import { versionUrn } from '../../domain/ids.ts';
import { requireChecker } from '../../domain/maker-checker.ts';
import { ruleRefusal } from '../../domain/rule.ts';
import { actionsFrom, type ApprovalAction } from '../../domain/version/approval.ts';
import { STAGES, type Stage } from '../../domain/version/stage.ts';
import { lockVersion } from '../../storage/version/model-version.ts';
import { deleteAliasesOf } from '../../storage/version/model-alias.ts';
import type { RegistryDeps } from '../deps.ts';
import type { Approvals, PlainApprovalAction } from './approvals.ts';
import type { RegisteredModels } from './registered-models.ts';
import type { RegisteredViews, VersionView } from './registered-views.ts';

type Deps = Pick<RegistryDeps, 'db' | 'now'> & {
  readonly approvals: Pick<Approvals, 'step'>;
  readonly models: RegisteredModels;
  readonly views: RegisteredViews;
};

interface VersionOf {
  readonly model: string;
  readonly number: number;
}

/** What clients of MLflow ask of a version's life, as far as it is theirs: neither approval nor traffic is moved here. */
export class Stages {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Puts a version away for `Archived`. Every other change would be an approval (G1, G2) or traffic (G6): refused with the
   * call that does it, and recorded.
   */
  async transition(
    context: RequestContext,
    { stage, archiveOthers, ...of }: VersionOf & { readonly stage: string; readonly archiveOthers: boolean },
  ): Promise<VersionView> {
    const wanted = STAGES.find((one) => one.toLowerCase() === stage.toLowerCase());
    if (!wanted) {
      throw new DomainError('INVALID_INPUT', `stage: "${stage}" is none`, { field: 'stage', allowed: STAGES });
    }
    if (archiveOthers && wanted !== 'Staging' && wanted !== 'Production') {
      throw new DomainError(
        'INVALID_INPUT',
        `archive_existing_versions: goes with Staging and Production, not with ${wanted}`,
        {
          field: 'archive_existing_versions',
          allowed: [false],
        },
      );
    }
    const view = await this.#deps.views.version(context, of);
    if (view.stage === wanted) return view;
    if (wanted === 'Archived') await this.#endLife(context, view);
    else await this.#refuse(context, view, wanted);
    return this.#deps.views.version(context, of);
  }

  /** Puts a version away: clients no longer see it, the audit keeps it. Throws G10 for one that is approved. */
  async archive(context: RequestContext, of: VersionOf): Promise<void> {
    const key = await this.#deps.models.requireVersion(context, of.model, of.number);
    const subject = versionUrn.format(key);
    const { value: state } = await change(
      this.#deps,
      context,
      { action: 'model-version.delete', subject },
      async (em, at) => {
        const version = await lockVersion(em, key, 'version');
        if (version.state === 'APPROVED' || version.state === 'SUSPENDED') {
          throw ruleRefusal(
            'G10',
            `version: ${subject} is ${version.state}, and is kept: take it out of traffic and retire it with retireModelVersion first`,
            { field: 'version', state: version.state, allowed: ['RETIRE'] },
            'FAILED_PRECONDITION',
          );
        }
        await deleteAliasesOf(em, key, { at, by: context.actor.subject });
        return { value: version.state, before: version, events: [] };
      },
    );
    if (actionsFrom(state).includes('WITHDRAW')) await this.#step(context, subject, 'WITHDRAW');
    await this.#step(context, subject, 'ARCHIVE');
  }

  async #endLife(context: RequestContext, { version }: VersionView): Promise<void> {
    const possible = actionsFrom(version.state);
    const action = (['RETIRE', 'WITHDRAW'] as const).find((one) => possible.includes(one));
    if (action) await this.#step(context, versionUrn.format(version), action);
  }

  async #step(context: RequestContext, id: string, action: PlainApprovalAction): Promise<void> {
    await this.#deps.approvals.step(context, { id, action, reason: 'asked for by a client of the MLflow API' });
  }

  async #refuse(context: RequestContext, { version }: VersionView, stage: Stage): Promise<void> {
    const subject = versionUrn.format(version);
    await change(this.#deps, context, { action: 'model-version.transition-stage', subject }, () => {
      const { state, makers } = version;
      const needed: ApprovalAction = 'APPROVE';
      if (state !== 'APPROVED') requireChecker({ action: needed, noun: 'version', makers }, context.actor);
      const approval = state === 'APPROVED' ? '' : ` It is ${state}: approve it with approveModelVersion.`;
      throw ruleRefusal(
        'G6',
        `stage: ${stage} is what traffic makes of a version, and is moved by setTraffic of a deployment alone.${approval}`,
        { field: 'stage', state, allowed: ['setTraffic', 'Archived'] },
      );
    });
  }
}
