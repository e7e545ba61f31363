import type { Actor } from '../auth/actor.ts';
import { digestOf } from './canonical-json.ts';

/** One change, or one refusal by a rule. Personal data never enters: digests stand for what was there. */
export interface AuditEntry {
  readonly actor: Actor;
  /** `model-version.approve`: the noun and the verb. */
  readonly action: string;
  /** The URN that it is about. */
  readonly subject: string;
  readonly at: Date;
  readonly requestId: string;
  /** The subject before and after; only their digests are kept. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
  /** The rule that refused, where one did. */
  readonly rule?: string;
}

export interface AuditRecord {
  readonly seq: number;
  readonly prevHash: string;
  readonly project: string;
  readonly at: string;
  readonly actor: string;
  readonly actorRoles: readonly string[];
  readonly onBehalfOf: string | null;
  readonly action: string;
  readonly subject: string;
  readonly beforeDigest: string | null;
  readonly afterDigest: string | null;
  readonly reason: string | null;
  readonly rule: string | null;
  readonly requestId: string;
}

/** The fields of a record, as an export lists them. */
export const RECORD_FIELDS = [
  'seq',
  'prevHash',
  'project',
  'at',
  'actor',
  'actorRoles',
  'onBehalfOf',
  'action',
  'subject',
  'beforeDigest',
  'afterDigest',
  'reason',
  'rule',
  'requestId',
] as const satisfies readonly (keyof AuditRecord)[];

/** What the first record of a chain follows. */
export const GENESIS = '0'.repeat(64);

/** Runs SQL with `?` for its parameters inside the change's transaction: the ORM does, and `clientSql`. */
export interface AuditSql {
  execute<Rows>(sql: string, parameters: readonly unknown[]): Promise<Rows>;
}

/**
 * Appends one record to the chain of the subgraph and project, in the change's own transaction: both commit or neither.
 * Writers of one project take turns at its head.
 */
export async function appendAudit(em: AuditSql, entry: AuditEntry): Promise<AuditRecord> {
  const { actor, before, after } = entry;
  const { project } = actor;
  const head = (await lockHead(em, project)) ?? (await beginChain(em, project));
  const record: AuditRecord = {
    seq: head.seq + 1,
    prevHash: head.hash,
    project,
    at: entry.at.toISOString(),
    actor: actor.subject,
    actorRoles: actor.roles,
    onBehalfOf: actor.onBehalfOf ?? null,
    action: entry.action,
    subject: entry.subject,
    beforeDigest: before === undefined ? null : digestOf(before),
    afterDigest: after === undefined ? null : digestOf(after),
    reason: entry.reason ?? null,
    rule: entry.rule ?? null,
    requestId: entry.requestId,
  };
  const hash = digestOf(record);
  await em.execute(
    `with appended as (insert into audit_record (project, seq, hash, record) values (?, ?, ?, ?))
     update audit_head set seq = ?, hash = ? where project = ?`,
    [project, record.seq, hash, JSON.stringify(record), record.seq, hash, project],
  );
  return record;
}

interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** Of the chain of a project, held until the transaction ends; undefined before its first record. */
async function lockHead(em: AuditSql, project: string): Promise<Head | undefined> {
  const [head] = await em.execute<Head[]>('select seq, hash from audit_head where project = ? for update', [project]);
  return head;
}

async function beginChain(em: AuditSql, project: string): Promise<Head> {
  const insert = 'insert into audit_head (project, seq, hash) values (?, 0, ?) on conflict do nothing';
  await em.execute(insert, [project, GENESIS]);
  // Another writer may have begun it, and gone on.
  const head = await lockHead(em, project);
  if (!head) throw new Error('the audit chain has no head');
  return head;
}
