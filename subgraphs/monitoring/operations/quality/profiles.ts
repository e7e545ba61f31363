import { DomainError } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { summaryOf, type ProfileSummary } from '../../domain/quality/profile-summary.ts';
import { SCORE_NAME } from '../../domain/quality/profile.ts';
import { modelVersionUrn, parsedId } from '../../domain/ids.ts';
import { checkedWindow, type TimeWindow } from '../../domain/time-window.ts';
import type { Trust } from '../../domain/trust.ts';
import { readProfiles } from '../../storage/quality/profile.ts';
import type { MonitoringDeps } from '../deps.ts';
import { reportedDeployment } from '../known-deployment.ts';

/** So many days at once: each hour of each release is read. */
const MOST_DAYS = 31;

export interface ProfileReportInput extends TimeWindow {
  readonly deployment: string;
  /** Left out: all, the score first. */
  readonly names?: readonly string[] | null;
  /** `name=value`; left out: all answers. */
  readonly segment?: string | null;
  readonly release?: string | null;
  readonly modelVersion?: string | null;
  readonly arm?: string | null;
  readonly trust: Trust;
}

export interface ProfileReport extends TimeWindow {
  readonly deployment: string;
  readonly answers: number;
  readonly values: readonly ProfileSummary[];
}

/** What nodes counted of their answers. */
export class ProfileReports {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  async report({ actor }: RequestContext, input: ProfileReportInput): Promise<ProfileReport> {
    const { pool } = this.#deps.db;
    const { project } = actor;
    const times = checkedWindow('to', input, MOST_DAYS);
    const segment = checkedSegment(input.segment ?? null);
    const deployment = await reportedDeployment(pool, project, input.deployment, 'deployment');
    const { answers, profiles } = await readProfiles(pool, {
      project,
      deployment,
      trust: input.trust,
      segment,
      release: input.release ?? null,
      modelVersion: parsedId(modelVersionUrn, project, input.modelVersion, 'modelVersion'),
      arm: input.arm ?? null,
      ...times,
    });
    const others = [...profiles.keys()].filter((name) => name !== SCORE_NAME).toSorted();
    const names = input.names ?? [SCORE_NAME, ...others];
    const values = names.flatMap((name) => {
      const profile = profiles.get(name);
      return profile ? [summaryOf(name, profile, answers)] : [];
    });
    return { deployment, ...times, answers, values };
  }
}

function checkedSegment(segment: string | null): string {
  if (segment === null || /^[^=]+=/.test(segment)) return segment ?? '';
  throw new DomainError('INVALID_INPUT', `segment: "${segment}" is no segment; write it as state=CA`, {
    field: 'segment',
    allowed: ['name=value'],
  });
}
