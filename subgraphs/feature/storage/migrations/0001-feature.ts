import { Migration } from '@mikro-orm/migrations';
import { plumbingSql } from '../../../shared/database/plumbing-tables.ts';
import { workSql } from '../long-work.ts';

const labels = 'description text not null, owner text null, tags jsonb not null, revision int not null';

/** Definitions: entities, sources, view and service versions. */
const definitions = [
  `create table entity (
     project text not null, name text not null, join_keys jsonb not null, ${labels},
     created_at timestamptz(3) not null, primary key (project, name))`,
  `create table source (
     project text not null, name text not null, path text not null, event_column text not null,
     created_column text null, assume_utc boolean not null, columns jsonb not null, ${labels},
     created_at timestamptz(3) not null, primary key (project, name))`,
  `create table feature_view (
     project text not null, name text not null, version int not null, entity text not null, join_keys jsonb not null,
     source text not null, event_column text not null, created_column text null, assume_utc boolean not null,
     ttl_seconds int not null, features jsonb not null, inputs jsonb not null, event_id_column text null, ${labels},
     created_at timestamptz(3) not null, adopted_at timestamptz(3) null, primary key (project, name, version))`,
  'create index feature_view_entity on feature_view (project, entity)',
  'create index feature_view_source on feature_view (project, source)',
  `create table feature_service (
     project text not null, name text not null, version int not null, views jsonb not null, ${labels},
     created_at timestamptz(3) not null, primary key (project, name, version))`,
];

/** The log: segments of loaded rows, pushed rows, and the loads themselves. */
const log = [
  'create sequence log_position',
  `create table segment (
     seq bigint primary key, project text not null, view text not null,
     version int not null, kind text not null, sha256 text not null, rows int not null, min_event_ms bigint not null,
     max_event_ms bigint not null, materialization text null, available_at timestamptz(3) null,
     online_at timestamptz(3) null)`,
  'create index segment_view on segment (project, view, version)',
  `create table pushed_row (
     seq bigint primary key default nextval('log_position'), project text not null, view text not null,
     version int not null, entity_key text not null, event_ms bigint not null, created_ms bigint null,
     available_ms bigint not null, online boolean not null, offline boolean not null,
     event_id text null, retracted boolean not null, feature_values jsonb not null)`,
  'create index pushed_row_view on pushed_row (project, view, version, seq)',
  `create table materialization (
     view text not null, version int not null, "from" timestamptz(3) null, "to" timestamptz(3) not null,
     online_at timestamptz(3) null, known_since text null, rows_read int not null, rows_written int not null,
     rows_online int not null, skipped jsonb not null, files jsonb not null, ${workSql})`,
  'create index materialization_started on materialization (project, started_at, key)',
  `create unique index materialization_running on materialization (project, view, version) where state = 'RUNNING'`,
];

/** Topics whose messages are events, how far they have been read, and what could not be. */
const streams = [
  `create table event_stream (
     project text not null, name text not null, source text not null, brokers jsonb not null, topic text not null,
     consumer_group text not null, start_at text not null, fields jsonb not null, state text not null, ${labels},
     created_at timestamptz(3) not null, primary key (project, name))`,
  'create index event_stream_source on event_stream (project, source)',
  `create table stream_problem (
     project text not null, stream text not null, problem text not null, since timestamptz(3) not null,
     next_try_at timestamptz(3) not null, primary key (project, stream))`,
  `create table stream_place (
     project text not null, stream text not null, partition int not null, next_offset bigint not null,
     end_offset bigint not null, lost bigint not null default 0, accepted bigint not null default 0,
     quarantined bigint not null default 0, primary key (project, stream, partition))`,
  `create table quarantined_message (
     project text not null, stream text not null, partition int not null, message_offset bigint not null,
     message_key bytea null, value bytea null, value_bytes int not null, field text not null, code text not null,
     message text not null, at timestamptz(3) not null, primary key (project, stream, partition, message_offset))`,
  'create index quarantined_message_at on quarantined_message (project, stream, at, partition, message_offset)',
];

/** Training sets and the work that makes them. */
const trainingSets = [
  `create table training_set (
     project text not null, key text not null, service text not null, service_version int not null,
     manifest jsonb not null, sha256 text not null, size_bytes bigint not null, created_at timestamptz(3) not null,
     primary key (project, key))`,
  'create index training_set_created on training_set (project, created_at, key)',
  `create table training_set_build (
     service text not null, service_version int not null, known_at text not null, spine jsonb not null,
     rebuild_of text null, views_joined int not null, views int not null, training_set text null,
     same_bytes boolean null, ${workSql})`,
  `create index training_set_build_running on training_set_build (state) where state = 'RUNNING'`,
];

/** Everything that the feature subgraph stores in Postgres. */
export class Feature extends Migration {
  override up(): void {
    for (const sql of [...plumbingSql, ...definitions, ...log, ...streams, ...trainingSets]) this.addSql(sql);
  }
}
