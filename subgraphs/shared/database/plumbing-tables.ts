import { defineEntity, p } from '@mikro-orm/core';

/**
 * Tables that each subgraph has in its own schema: the outbox of its events, how far it has read other feeds,
 * and its audit chains. Their SQL is in `plumbingSql`; rows are read and written by SQL, not by the ORM.
 */
export const OutboxRow = defineEntity({
  name: 'Outbox',
  tableName: 'outbox',
  properties: {
    seq: p.bigint('string').primary().autoincrement(),
    xid: p.bigint('string').columnType('xid8').defaultRaw('pg_current_xact_id()'),
    urn: p.text(),
    kind: p.text(),
    project: p.text(),
    revision: p.integer(),
    at: p.datetime(3),
    writtenAt: p.datetime(3).defaultRaw('now()'),
    event: p.json<Record<string, unknown>>(),
  },
  indexes: [{ name: 'outbox_cursor', properties: ['xid', 'seq'] }],
});

export const FeedCursorRow = defineEntity({
  name: 'FeedCursor',
  tableName: 'feed_cursor',
  properties: { consumer: p.text().primary(), cursor: p.text(), watermark: p.text(), at: p.datetime(3) },
});

export const AuditHeadRow = defineEntity({
  name: 'AuditHead',
  tableName: 'audit_head',
  properties: { project: p.text().primary(), seq: p.integer(), hash: p.text() },
});

export const plumbingEntities = [OutboxRow, FeedCursorRow, AuditHeadRow];

/** First migration of every subgraph. Records of the audit can be added, never changed. */
export const plumbingSql: readonly string[] = [
  `create table outbox (
     seq bigserial primary key,
     xid xid8 not null default pg_current_xact_id(),
     urn text not null,
     kind text not null,
     project text not null,
     revision int not null,
     at timestamptz(3) not null,
     written_at timestamptz(3) not null default now(),
     event jsonb not null
   )`,
  'create index outbox_cursor on outbox (xid, seq)',
  'create table feed_cursor (consumer text primary key, cursor text not null, watermark text not null, at timestamptz(3) not null)',
  // Added to the number of each transaction: more than 0 only where a dump was restored into another server.
  'create table feed_start (xid_offset numeric(20) not null, server text)',
  'insert into feed_start values (0, null)',
  'create table feed_revision (consumer text, urn text, revision int not null, primary key (consumer, urn))',
  'create table audit_head (project text primary key, seq int not null, hash text not null)',
  `create table audit_record (
     project text not null,
     seq int not null,
     hash text not null,
     record jsonb not null,
     primary key (project, seq)
   )`,
  `create function refuse_audit_change() returns trigger language plpgsql as
   $$ begin raise exception 'audit records are never changed'; end $$`,
  `create trigger audit_record_is_final before update or delete on audit_record
   for each row execute function refuse_audit_change()`,
  `create trigger audit_record_is_not_emptied before truncate on audit_record
   for each statement execute function refuse_audit_change()`,
];

/** Of the tables above, those that only SQL touches: the difference between entities and tables leaves them out. */
export const unmappedPlumbing = ['audit_record', 'feed_revision', 'feed_start'];

/** Beyond the general grants: the app adds audit records and can do nothing else to them. */
export const plumbingGrants = (app: string): readonly string[] => [
  `revoke update, delete, truncate on audit_record from ${app}`,
  `revoke delete, truncate on audit_head from ${app}`,
  `revoke insert, update, delete, truncate on feed_start from ${app}`,
];
