import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { holdoutEffect, type HoldoutEffect } from '../../domain/record/holdout.ts';
import { UNNARROWED } from '../../domain/prediction-window.ts';
import { checkedWindow, type TimeWindow } from '../../domain/time-window.ts';
import type { Trust } from '../../domain/trust.ts';
import { countHoldout } from '../../storage/record/holdout-window.ts';
import type { MonitoringDeps } from '../deps.ts';
import { reportedDeployment } from '../known-deployment.ts';

export interface HoldoutReportInput extends TimeWindow {
  readonly deployment: string;
  readonly trust: Trust;
}

export interface HoldoutReport extends HoldoutEffect, TimeWindow {
  readonly deployment: string;
}

/** What was launched while a share of the units stayed on one release. */
export class Holdouts {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  async report({ actor }: RequestContext, input: HoldoutReportInput): Promise<HoldoutReport> {
    const { pool } = this.#deps.db;
    const { project } = actor;
    const times = checkedWindow('to', input);
    const deployment = await reportedDeployment(pool, project, input.deployment, 'deployment');
    const window = { project, deployment, trust: input.trust, ...UNNARROWED, ...times };
    return { deployment, ...times, ...holdoutEffect(await countHoldout(pool, window)) };
  }
}
