import type { RequestContext } from '../../shared/graphql/request-context.ts';
import type { Severity } from '../domain/quality/drift-severity.ts';
import { healthOf, NEVER_ANSWERED, type Health } from '../domain/health.ts';
import { severityOfIncident } from '../domain/incident/incident.ts';
import { incidentWords } from '../domain/incident/words.ts';
import { UNNARROWED } from '../domain/prediction-window.ts';
import { listIncidents } from '../storage/incident/incident.ts';
import { countWindow } from '../storage/record/prediction-window.ts';
import { lastServed } from '../storage/node/served.ts';
import type { MonitoringDeps } from './deps.ts';
import type { Drift } from './quality/drift.ts';
import { figures } from './quality/performance.ts';

const DAY_MS = 86_400_000;
const RECENT_DAYS = 7;
const BEFORE_DAYS = 28;
const MOST_INCIDENTS = 20;

/** Whether a model version is well, and why: traffic, inputs, outcomes and incidents in one answer. */
export class HealthReports {
  readonly #deps: MonitoringDeps;
  readonly #drift: Drift;

  constructor(deps: MonitoringDeps, drift: Drift) {
    this.#deps = deps;
    this.#drift = drift;
  }

  async ofVersion(context: RequestContext, modelVersion: string): Promise<Health> {
    const { pool } = this.#deps.db;
    const { project } = context.actor;
    const served = await lastServed(pool, project, modelVersion);
    if (!served) return NEVER_ANSWERED;
    const { deployment, at } = served;
    const to = new Date(at.getTime() + 1);
    const daysBefore = (days: number): Date => new Date(to.getTime() - days * DAY_MS);
    const window = { project, deployment, trust: 'server', ...UNNARROWED, modelVersion } as const;
    const { rows, fallbacks } = await countWindow(pool, { ...window, from: daysBefore(1), to });
    const report = await this.#drift.ofVersion(context, modelVersion);
    const moved = report ? [report.score, ...report.features].filter((one) => isMoved(one.severity)) : [];
    const filter = { project, status: 'OPEN', deployment } as const;
    const incidents = await listIncidents(pool, filter, { first: MOST_INCIDENTS, after: null });
    return healthOf({
      now: this.#deps.now(),
      lastAnswer: at,
      answers: rows,
      fallbacks,
      drift: { severity: report?.severity ?? 'UNKNOWN', moved: moved.map(({ name }) => name) },
      recent: await figures(pool, { ...window, from: daysBefore(RECENT_DAYS), to }),
      before: await figures(pool, { ...window, from: daysBefore(BEFORE_DAYS), to: daysBefore(RECENT_DAYS) }),
      incidents: incidents.map((incident) => ({
        severity: severityOfIncident(incident),
        text: incidentWords(incident),
      })),
    });
  }
}

const isMoved = (severity: Severity): boolean => severity !== 'NONE' && severity !== 'UNKNOWN';
