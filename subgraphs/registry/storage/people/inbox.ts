import type { EntityManager } from '@mikro-orm/postgresql';
import { plainRow } from '../../../shared/database/plain-row.ts';
import { readRows } from '../../../shared/database/read-rows.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import type { BreakGlass } from '../../domain/governance/break-glass.ts';
import type { StandingApproval } from '../../domain/governance/standing-approval.ts';
import type { Ending, EndingKind } from '../../domain/people/ending.ts';
import type { Release } from '../../domain/serving/release.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import { BreakGlassRow } from '../governance/break-glass.ts';
import { StandingApprovalRow } from '../governance/standing-approval.ts';
import { msOf } from '../ms-of.ts';
import { releaseOf, ReleaseRow } from '../serving/release.ts';
import { APPROVAL_STATE } from '../serving/release-approval.ts';
import { ModelVersionRow } from '../version/model-version.ts';

/** Who must not decide: whoever made it. Empty where nobody in particular asks. */
type Names = readonly string[];

const NAMED = 'in (select jsonb_array_elements_text(?::jsonb))';
const OF_VERSION = (step: string): string =>
  `(${step}.project, ${step}.model, ${step}.number) = (model_version.project, model_version.model, model_version.number)`;

/** Validated, made by others, and not approved by the same person since. */
const TO_APPROVE = `state = 'VALIDATED' and not exists (select from unnest(makers) as maker where maker ${NAMED})
  and not exists (
    select from approval_step given where ${OF_VERSION('given')} and given.action = 'APPROVE' and given.actor ${NAMED}
      and not exists (
        select from approval_step later where ${OF_VERSION('later')} and later.id > given.id
          and (later.action = 'VALIDATE' or (later.action = 'WITHDRAW_APPROVAL' and later.actor = given.actor))))`;

const plainVersion = plainRow<ModelVersion>;

/** Versions that wait for their validation, and those that wait for an approval; newest first, one more than asked for. */
export async function waitingVersions(
  em: EntityManager,
  project: string,
  wanted: { readonly toValidate: boolean; readonly toApprove: boolean; readonly names: Names },
  { first, after }: PageRequest,
): Promise<readonly ModelVersion[]> {
  const names = JSON.stringify(wanted.names);
  const kinds = [
    ...(wanted.toValidate ? [{ sql: `state = 'SUBMITTED'`, parameters: [] }] : []),
    ...(wanted.toApprove ? [{ sql: TO_APPROVE, parameters: [names, names] }] : []),
  ];
  if (kinds.length === 0) return [];
  const behind = after ? 'and (created_at, model, number) < (?::timestamptz, ?, ?::int)' : '';
  const rows = await readRows(
    em,
    ModelVersionRow,
    `project = ? and (${kinds.map(({ sql }) => `(${sql})`).join(' or ')}) ${behind}
     order by created_at desc, model desc, number desc limit ?`,
    [project, ...kinds.flatMap(({ parameters }) => parameters), ...(after ?? []), first + 1],
  );
  return rows.map((row) => plainVersion(row));
}

/** Releases whose recipe waits, by others than these; newest first, one more than asked for. */
export async function waitingReleases(
  em: EntityManager,
  project: string,
  names: Names,
  { first, after }: PageRequest,
): Promise<readonly Release[]> {
  const behind = after ? 'and (created_at, endpoint, environment, number) < (?::timestamptz, ?, ?, ?::int)' : '';
  const rows = await readRows(
    em,
    ReleaseRow,
    `project = ? and ${APPROVAL_STATE} = 'WAITING' and not exists (
       select from release made, unnest(made.makers) as maker
       where (made.project, made.recipe_digest) = (release.project, release.recipe_digest) and maker ${NAMED}) ${behind}
     order by created_at desc, endpoint desc, environment desc, number desc limit ?`,
    [project, JSON.stringify(names), ...(after ?? []), first + 1],
  );
  return rows.map((row) => releaseOf(row));
}

const below = (after: PageRequest['after']) => (after ? { $lt: Number(after[0]) } : { $gt: 0 });

/** Emergencies that nobody has closed, opened by others than these; newest first, one more than asked for. */
export async function openEmergencies(
  em: EntityManager,
  project: string,
  names: Names,
  { first, after }: PageRequest,
): Promise<readonly BreakGlass[]> {
  const rows = await em.find(
    BreakGlassRow,
    { project, closedAt: null, openedBy: { $nin: [...names] }, id: below(after) },
    { orderBy: { id: 'desc' }, limit: first + 1 },
  );
  return rows.map((row) => plainRow<BreakGlass>(row));
}

/** Halves of standing approvals that wait for the other one, proposed by others; newest first, one more than asked for. */
export async function halfStandings(
  em: EntityManager,
  project: string,
  { names, now }: { readonly names: Names; readonly now: Date },
  { first, after }: PageRequest,
): Promise<readonly StandingApproval[]> {
  const rows = await em.find(
    StandingApprovalRow,
    {
      project,
      confirmedBy: null,
      endedBy: null,
      expiresAt: { $gt: now },
      proposedBy: { $nin: [...names] },
      id: below(after),
    },
    { orderBy: { id: 'desc' }, limit: first + 1 },
  );
  return rows.map((row) => plainRow<StandingApproval>(row));
}

const NEWEST_STEP = (which: string, by: string): string => `
  select distinct on (project, model, number, ${by}) model, number, gate, expires_at, version.state
  from approval_step join model_version version using (project, model, number)
  where project = ? and ${which} order by project, model, number, ${by}, approval_step.id desc`;

/** What ends before one of two instants, or has ended while it still counts; the first first, one more than asked for. */
export async function endingsBefore(
  em: EntityManager,
  project: string,
  { now, approvals, waivers }: { readonly now: Date; readonly approvals: Date; readonly waivers: Date },
  { first, after }: PageRequest,
): Promise<readonly Ending[]> {
  const rows = await em.execute<{ model: string; number: number; kind: EndingKind; gate: string; ms: number }[]>(
    `select model, number, kind, gate, ${msOf('at')} as ms from (
       select model, number, 'VALIDATION' as kind, '' as gate, revalidate_by as at
       from model_version where project = ? and state = 'APPROVED' and revalidate_by < ?
       union all
       select model, number, 'APPROVAL', '', expires_at from (${NEWEST_STEP('grants', 'grants')}) as approval
       where state = 'APPROVED' and expires_at < ?
       union all
       select model, number, 'WAIVER', gate, expires_at from (${NEWEST_STEP("action = 'WAIVE'", 'gate')}) as waiver
       where state in ('VALIDATED', 'APPROVED') and expires_at > ? and expires_at < ?
     ) as ending
     ${after ? 'where (at, model, number, kind, gate) > (?::timestamptz, ?, ?::int, ?, ?)' : ''}
     order by at, model, number, kind, gate limit ?`,
    [project, approvals, project, approvals, project, now, waivers, ...(after ?? []), first + 1],
  );
  return rows.map(({ ms, ...row }) => ({ ...row, at: new Date(ms) }));
}
