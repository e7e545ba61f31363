import { Migration } from '@mikro-orm/migrations';
import { plumbingSql } from '../../../shared/database/plumbing-tables.ts';
import { dayTablesSql, dropDayIfAsSql, dropDaySql, ensureDaySql } from './day-tables.ts';
import { responseSql } from '../response/tables.ts';

const facts = [
  // Where each prediction lies: an id counts once, on whatever day a second record claims to be.
  `create table prediction_key (
     project text not null,
     id uuid not null,
     occurred_at timestamptz(3) not null,
     primary key (project, id)
   )`,
  // Outcomes that wait for their predictions; those that an exposure was told by count already, whether that comes or not.
  `create table pending_outcome (
     project text not null,
     prediction_id uuid not null,
     id uuid not null,
     trust text not null,
     value double precision not null,
     occurred_at timestamptz(3) not null,
     received_at timestamptz(3) not null,
     exposed boolean not null default false,
     primary key (project, prediction_id, id)
   )`,
  'create index pending_outcome_by_arrival on pending_outcome (received_at)',
  `create table outcome_account (
     project text not null,
     trust text not null,
     pending bigint not null,
     joined bigint not null,
     given_up bigint not null,
     refused bigint not null,
     primary key (project, trust)
   )`,
  `create table exposure (
     project text not null,
     id uuid not null,
     prediction_id uuid not null,
     holder text not null,
     holder_revision bigint not null,
     unit text not null,
     arm text not null,
     trust text not null,
     node text not null,
     occurred_at timestamptz(3) not null,
     received_at timestamptz(3) not null,
     primary key (project, id)
   )`,
  'create index exposure_by_prediction on exposure (project, prediction_id)',
  // Facts of a unit and of its answers name its arm; a pair's fact belongs to no arm.
  `create table fact (
     seq bigint generated always as identity primary key,
     xid xid8 not null default pg_current_xact_id(),
     project text not null,
     kind text not null,
     holder text not null,
     holder_revision bigint not null,
     unit text,
     arm text,
     trust text not null,
     prediction_id uuid not null,
     score double precision,
     value double precision,
     shadow jsonb,
     answer jsonb,
     occurred_at timestamptz(3) not null,
     received_at timestamptz(3) not null
   )`,
  'create index fact_cursor on fact (xid, seq)',
];

const counts = [
  `create table node_stored (
     project text not null,
     node text not null,
     epoch text not null,
     trust text not null,
     stored bigint not null,
     primary key (project, node, epoch, trust)
   )`,
  `create table node_day (
     project text not null,
     node text not null,
     epoch text not null,
     day date not null,
     at timestamptz(3) not null,
     counts jsonb not null,
     stored bigint not null,
     primary key (project, node, epoch, day)
   )`,
  // Records of a node that were refused for ever, by the day of their arrival.
  `create table node_refusal (
     project text not null,
     node text not null,
     trust text not null,
     day date not null,
     code text not null,
     count bigint not null,
     primary key (project, node, trust, day, code)
   )`,
  `create table prediction_hour (
     project text not null,
     deployment text not null,
     hour timestamptz(3) not null,
     release text not null,
     arm text not null,
     trust text not null,
     answers bigint not null,
     fallbacks bigint not null,
     first_at timestamptz(3) not null,
     last_at timestamptz(3) not null,
     primary key (project, deployment, hour, release, arm, trust)
   )`,
  // Which model versions a release runs, as records say: what a device says counts among devices.
  `create table release_version (
     project text not null,
     trust text not null,
     release text not null,
     model_version text not null,
     primary key (project, trust, release, model_version)
   )`,
  'create index release_version_by_version on release_version (project, model_version)',
  // What each run of a node says became of the answers that a shadow was chosen for.
  `create table shadow_account (
     project text not null,
     holder text not null,
     holder_revision bigint not null,
     node text not null,
     since timestamptz(3) not null,
     trust text not null,
     at timestamptz(3) not null,
     counts jsonb not null,
     primary key (project, holder, holder_revision, node, since)
   )`,
  'create index prediction_hour_by_release on prediction_hour (project, release, hour desc)',
];

const profiles = [
  // Which parts were counted: one that comes again counts nothing.
  `create table profile_part (
     project text not null,
     node text not null,
     run uuid not null,
     seq bigint not null,
     id uuid not null,
     received_at timestamptz(3) not null,
     primary key (project, node, run, seq)
   )`,
  'create index profile_part_by_arrival on profile_part (received_at)',
  // All parts of an hour together; without a segment: of all answers.
  `create table profile_hour (
     project text not null,
     deployment text not null,
     hour timestamptz(3) not null,
     trust text not null,
     segment text not null,
     release text not null,
     arm text not null,
     answers bigint not null,
     profiles bytea not null,
     primary key (project, deployment, hour, trust, segment, release, arm)
   )`,
  // For the account: how many answers of a node stand in its profiles.
  `create table node_profiled (
     project text not null,
     node text not null,
     epoch text not null,
     trust text not null,
     answers bigint not null,
     primary key (project, node, epoch, trust)
   )`,
];

const samples = [
  // What PromQL reads: series by their labels, and their samples.
  `create table metric_series (
     id bigint generated always as identity primary key,
     project text not null,
     name text not null,
     labels jsonb not null,
     last_at timestamptz(3) not null,
     stands_ms int,
     unique (project, name, labels)
   )`,
  `create table metric_sample (
     series bigint not null,
     at timestamptz(3) not null,
     value double precision not null,
     primary key (series, at)
   )`,
  'create index metric_sample_by_time on metric_sample using brin (at)',
  // Windows that have records: who noted them last, up to what they were measured, and the series that they gave.
  `create table measured_window (
     project text not null,
     deployment text not null,
     seconds int not null,
     start timestamptz(3) not null,
     noted xid8 not null,
     noted_at timestamptz(3) not null,
     measured xid8,
     series bigint[] not null default '{}',
     primary key (project, deployment, seconds, start)
   )`,
  // What a deployment costs from an instant on, until the next of its rows.
  `create table deployment_price (
     project text not null,
     deployment text not null,
     valid_from timestamptz(3) not null,
     prices jsonb not null,
     set_at timestamptz(3) not null,
     set_by text not null,
     primary key (project, deployment, valid_from)
   )`,
  // Days that were written to the archive, with the rows that they had then and what Postgres had counted of writes, and the files that hold them.
  `create table archived_day (
     day date primary key,
     counts jsonb not null,
     writes bigint not null,
     archived_at timestamptz(3) not null
   )`,
  `create table archived_file (
     project text not null,
     day date not null,
     kind text not null,
     part int not null,
     sha256 text not null,
     rows bigint not null,
     size_bytes bigint not null,
     archived_at timestamptz(3) not null,
     primary key (project, day, kind, part)
   )`,
  'create index archived_file_by_digest on archived_file (project, sha256)',
  // What batches counted by minute and was not added up yet.
  `create table rollup_delta (
     id bigint generated always as identity primary key,
     project text not null,
     deployment text not null,
     start timestamptz(3) not null,
     release text not null,
     arm text not null,
     trust text not null,
     figures jsonb not null
   )`,
  // Answers counted by minute and by hour; the figures are null only while a transaction makes them.
  `create table rollup (
     project text not null,
     deployment text not null,
     seconds int not null,
     start timestamptz(3) not null,
     release text not null,
     arm text not null,
     trust text not null,
     figures jsonb,
     primary key (project, deployment, seconds, start, release, arm, trust)
   )`,
  'create index rollup_by_time on rollup (seconds, start)',
  'create index measured_window_due on measured_window (start) where measured is distinct from noted',
];

const nouns = [
  `create table edge_node (
     project text not null,
     node text not null,
     trust text not null,
     epoch text not null,
     at timestamptz(3) not null,
     node_time timestamptz(3) not null,
     clock_skew_ms double precision not null,
     received_at timestamptz(3) not null,
     first_seen_at timestamptz(3) not null,
     manifest_revision bigint not null,
     manifest_age_ms double precision not null,
     stale boolean not null,
     runtime text not null,
     deployments jsonb not null,
     counts jsonb not null,
     memory jsonb,
     revision int not null,
     primary key (project, node)
   )`,
  `create table deployment (
     project text not null,
     id text not null,
     snapshot jsonb not null,
     revision int not null,
     primary key (project, id)
   )`,
  `create table alert_rule (
     project text not null,
     name text not null,
     description text not null,
     deployment text,
     settings jsonb not null,
     evaluation text not null,
     evaluated_at timestamptz(3),
     observation jsonb,
     problem text,
     revision int not null,
     created_at timestamptz(3) not null,
     created_by text not null,
     deleted_at timestamptz(3),
     primary key (project, name)
   )`,
  'create index alert_rule_by_deployment on alert_rule (project, deployment)',
  `create table alert (
     project text not null,
     rule text not null,
     fingerprint text not null,
     active_at timestamptz(3) not null,
     labels jsonb not null,
     annotations jsonb not null,
     deployment text,
     feature_view text,
     severity text not null,
     status text not null,
     fired_at timestamptz(3),
     ended_at timestamptz(3),
     value double precision,
     evaluated_at timestamptz(3) not null,
     silenced boolean not null,
     acknowledgement jsonb,
     notified_status text,
     revision int not null,
     primary key (project, rule, fingerprint, active_at)
   )`,
  // Where each series of a rule stands between two evaluations.
  `create table alert_series (
     project text not null,
     rule text not null,
     fingerprint text not null,
     labels jsonb not null,
     state jsonb not null,
     value double precision,
     n bigint not null,
     seen_at timestamptz(3),
     primary key (project, rule, fingerprint)
   )`,
  // Alerts that most likely have one cause, whole, and where each alert went.
  `create table incident (
     project text not null,
     id text not null,
     status text not null,
     started_at timestamptz(3) not null,
     last_at timestamptz(3) not null,
     document jsonb not null,
     primary key (project, id)
   )`,
  `create index incident_open on incident (project) where status = 'OPEN'`,
  'create index incident_by_start on incident (project, started_at desc, id desc)',
  `create table incident_alert (
     project text not null,
     alert text not null,
     incident text not null,
     primary key (project, alert)
   )`,
  'create index incident_alert_by_incident on incident_alert (project, incident)',
  `create table silence (
     project text not null,
     id text not null,
     rule text,
     deployment text,
     matchers jsonb not null,
     starts_at timestamptz(3) not null,
     ends_at timestamptz(3) not null,
     comment text not null,
     created_at timestamptz(3) not null,
     created_by text not null,
     ended_at timestamptz(3),
     ended_by text,
     primary key (project, id)
   )`,
  'create index silence_by_end on silence (project, ends_at)',
  // Who is told of alerts; secrets are read by the sender alone.
  `create table receiver (
     project text not null,
     name text not null,
     kind text not null,
     target text not null,
     send_resolved boolean not null,
     secrets jsonb not null,
     created_at timestamptz(3) not null,
     created_by text not null,
     primary key (project, name)
   )`,
  `create table alert_routing (
     project text primary key,
     text text not null,
     routing jsonb not null,
     revision int not null,
     at timestamptz(3) not null,
     changed_by text not null
   )`,
  // Alerts that are told of together, and what was told of them.
  `create table alert_group (
     project text not null,
     key text not null,
     taken jsonb not null,
     state jsonb not null,
     primary key (project, key)
   )`,
  `create table notification (
     id uuid primary key,
     position bigint generated always as identity,
     project text not null,
     receiver text not null,
     group_key text not null,
     body jsonb not null,
     state text not null check (state in ('PENDING', 'DELIVERED', 'FAILED', 'DEAD')),
     attempts int not null default 0,
     sent int not null default 0,
     first_at timestamptz(3) not null,
     next_at timestamptz(3) not null,
     answer text
   )`,
  `create index notification_due on notification (next_at, position) where state = 'PENDING'`,
  'create index notification_by_receiver on notification (project, receiver, position desc)',
  `create index alert_open on alert (project, rule) where status in ('PENDING', 'FIRING')`,
  'create index alert_by_deployment on alert (project, deployment, active_at desc, rule desc, fingerprint desc)',
];

export class MonitoringTables extends Migration {
  override up(): void {
    for (const sql of [
      ...plumbingSql,
      ...dayTablesSql,
      ensureDaySql,
      dropDaySql,
      dropDayIfAsSql,
      ...facts,
      ...counts,
      ...profiles,
      ...samples,
      ...nouns,
      ...responseSql,
    ])
      this.addSql(sql);
  }
}
