import type { AlertSeverity } from './alert/alert-rule.ts';
import { ENOUGH_VALUES, type Severity } from './quality/drift-severity.ts';
import type { PerformanceFigures } from './quality/performance.ts';

/** From the best to the worst: what is not known is not healthy. */
export const HEALTH_STATUSES = ['HEALTHY', 'UNKNOWN', 'DEGRADED', 'UNHEALTHY'] as const;
export type HealthStatus = (typeof HEALTH_STATUSES)[number];

export const HEALTH_ASPECTS = ['TRAFFIC', 'DATA', 'QUALITY', 'INCIDENT'] as const;

/** One thing that was looked at. */
export interface HealthReason {
  readonly aspect: (typeof HEALTH_ASPECTS)[number];
  readonly status: HealthStatus;
  readonly text: string;
}

export interface Health {
  readonly status: HealthStatus;
  /** All that was looked at, the worst first. */
  readonly reasons: readonly HealthReason[];
}

/** What is known of a version that has answered. */
export interface HealthFacts {
  readonly now: Date;
  readonly lastAnswer: Date;
  /** Of the 24 hours up to its last answer. */
  readonly answers: number;
  readonly fallbacks: number;
  readonly drift: { readonly severity: Severity; readonly moved: readonly string[] };
  /** Of the seven days up to its last answer, and of the three weeks before them. */
  readonly recent: PerformanceFigures;
  readonly before: PerformanceFigures;
  readonly incidents: readonly { readonly severity: AlertSeverity; readonly text: string }[];
}

const DAY_MS = 86_400_000;
/** Shares of answers that a fallback gave. */
const FALLBACKS = { DEGRADED: 0.05, UNHEALTHY: 0.25 } as const;
/** How much of the quality before is still good enough; the Brier score may grow by as much. */
const QUALITY = { DEGRADED: 0.95, UNHEALTHY: 0.85 } as const;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export const NEVER_ANSWERED: Health = {
  status: 'UNKNOWN',
  reasons: [{ aspect: 'TRAFFIC', status: 'UNKNOWN', text: 'it has never answered' }],
};

/** All together: as bad as the worst of it. */
export function healthOf(facts: HealthFacts): Health {
  const reasons = [
    ...trafficReasons(facts),
    dataReason(facts.drift),
    ...qualityReasons(facts),
    ...incidentReasons(facts),
  ];
  const sorted = reasons.toSorted((a, b) => badness(b) - badness(a));
  return { status: sorted[0]?.status ?? 'UNKNOWN', reasons: sorted };
}

const badness = ({ status }: HealthReason): number => HEALTH_STATUSES.indexOf(status);

function trafficReasons({ now, lastAnswer, answers, fallbacks }: HealthFacts): readonly HealthReason[] {
  const aspect = 'TRAFFIC';
  if (now.getTime() - lastAnswer.getTime() > DAY_MS) {
    return [{ aspect, status: 'UNKNOWN', text: `it last answered at ${lastAnswer.toISOString()}` }];
  }
  const share = answers === 0 ? 0 : fallbacks / answers;
  const status = share > FALLBACKS.UNHEALTHY ? 'UNHEALTHY' : share > FALLBACKS.DEGRADED ? 'DEGRADED' : 'HEALTHY';
  return [{ aspect, status, text: `${answers} answers in its last 24 hours, ${percent(share)} of them by a fallback` }];
}

/** Drift alone never makes a model unhealthy: whether it harms, outcomes tell. */
function dataReason({ severity, moved }: HealthFacts['drift']): HealthReason {
  const aspect = 'DATA';
  const named = moved.slice(0, 5).join(', ') + (moved.length > 5 ? ` and ${moved.length - 5} more` : '');
  if (severity === 'UNKNOWN')
    return { aspect, status: 'UNKNOWN', text: 'too few answers to say whether inputs have moved' };
  if (severity === 'NONE') return { aspect, status: 'HEALTHY', text: 'neither inputs nor the score have moved' };
  const status = severity === 'LOW' ? 'HEALTHY' : 'DEGRADED';
  return { aspect, status, text: `drift is ${severity}: ${named}` };
}

function qualityReasons({ recent, before }: HealthFacts): readonly HealthReason[] {
  const aspect = 'QUALITY';
  if (recent.labelled < ENOUGH_VALUES || before.labelled < ENOUGH_VALUES) {
    const text = `too few outcomes to compare: ${recent.labelled} of its last seven days, ${before.labelled} of the three weeks before; ${ENOUGH_VALUES} are needed`;
    return [{ aspect, status: 'UNKNOWN', text }];
  }
  const reasons: HealthReason[] = [];
  const compare = (
    name: string,
    now: number | null,
    then: number | null,
    kept: (now: number, then: number) => number,
  ) => {
    if (now === null || then === null) return;
    const share = kept(now, then);
    const status = share < QUALITY.UNHEALTHY ? 'UNHEALTHY' : share < QUALITY.DEGRADED ? 'DEGRADED' : 'HEALTHY';
    reasons.push({ aspect, status, text: `${name} is ${now.toFixed(3)}, and was ${then.toFixed(3)}` });
  };
  compare('AUC', recent.auc, before.auc, (now, then) => now / then);
  compare('the Brier score', recent.brier, before.brier, (now, then) => (now <= then ? 1 : then / now));
  return reasons.length > 0
    ? reasons
    : [{ aspect, status: 'UNKNOWN', text: 'its scores and outcomes allow neither AUC nor a Brier score' }];
}

const OF_SEVERITY = { INFO: 'HEALTHY', WARNING: 'DEGRADED', CRITICAL: 'UNHEALTHY' } as const;

function incidentReasons({ incidents }: HealthFacts): readonly HealthReason[] {
  const aspect = 'INCIDENT';
  if (incidents.length === 0) return [{ aspect, status: 'HEALTHY', text: 'no incident is open on its deployment' }];
  return incidents.map(({ severity, text }) => ({ aspect, status: OF_SEVERITY[severity], text }));
}
