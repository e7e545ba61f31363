import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change } from '../../../shared/operations/change.ts';
import { alertRoutingUrn } from '../../domain/ids.ts';
import type { AlertRouting } from '../../domain/notify/routing.ts';
import { findRouting, lockRouting, saveRouting } from '../../storage/notify/alert-routing.ts';
import { listReceivers } from '../../storage/notify/receiver.ts';
import type { MonitoringDeps } from '../deps.ts';
import { readAlertmanagerFile } from './alertmanager-file.ts';
import type { ReportLine } from './report.ts';

export interface SetAlertRoutingInput {
  readonly config: string;
  readonly dryRun: boolean;
}

export interface SetRouting {
  /** What is in force now. */
  readonly routing: AlertRouting | null;
  /** Whether it is what was given. */
  readonly applied: boolean;
  readonly report: readonly ReportLine[];
}

const MOST_RECEIVERS = 1_000;

/** Where alerts go: one tree for a project, as Alertmanager writes it. */
export class Routings {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  find({ actor }: RequestContext): Promise<AlertRouting | null> {
    return findRouting(this.#deps.db.pool, actor.project);
  }

  /** Sets all of it, or nothing where a line was refused. */
  async set(context: RequestContext, { config, dryRun }: SetAlertRoutingInput): Promise<SetRouting> {
    const { project, subject: changedBy } = context.actor;
    const { pool } = this.#deps.db;
    const receivers = await listReceivers(pool, project, { first: MOST_RECEIVERS, after: null });
    const { routing: read, report } = readAlertmanagerFile(
      config,
      receivers.map(({ name }) => name),
    );
    if (read === null || dryRun) return { routing: await this.find(context), applied: false, report };
    const subject = alertRoutingUrn.format({ project, name: 'routes' });
    const { value } = await change(this.#deps, context, { action: 'alert-routing.set', subject }, async (em, at) => {
      const before = await lockRouting(em, project);
      if (before?.text === config) return { value: before, unchanged: true };
      const routing: AlertRouting = {
        project,
        text: config,
        routing: read,
        revision: (before?.revision ?? 0) + 1,
        at,
        changedBy,
      };
      await saveRouting(em, routing);
      return { value: routing, before, events: [] };
    });
    return { routing: value, applied: true, report };
  }
}
