import { Migration } from '@mikro-orm/migrations';

/** The log: segments of loaded rows, pushed rows, and the loads themselves. */
export class Log extends Migration {
  override up(): void {
    this.addSql('create sequence log_position');
    this.addSql(`create table segment (
      seq bigint primary key, project text not null, view text not null,
      version int not null, kind text not null, sha256 text not null, rows int not null, min_event_ms bigint not null,
      max_event_ms bigint not null, materialization text null, available_at timestamptz(3) null)`);
    this.addSql('create index segment_view on segment (project, view, version)');
    this.addSql(`create table pushed_row (
      seq bigint primary key default nextval('log_position'), project text not null, view text not null,
      version int not null, entity_key text not null, event_ms bigint not null, created_ms bigint null,
      available_ms bigint not null, online boolean not null, offline boolean not null, feature_values jsonb not null)`);
    this.addSql('create index pushed_row_view on pushed_row (project, view, version, seq)');
    this.addSql(`create table materialization (
      project text not null, key text not null, view text not null, version int not null,
      "from" timestamptz(3) null, "to" timestamptz(3) not null, state text not null, known_since text null,
      rows_read int not null, rows_written int not null, rows_online int not null, skipped jsonb not null,
      files jsonb not null, error text null, started_at timestamptz(3) not null, finished_at timestamptz(3) null,
      primary key (project, key))`);
    this.addSql('create index materialization_started on materialization (project, started_at, key)');
    this.addSql(
      `create unique index materialization_running on materialization (project, view, version) where state = 'RUNNING'`,
    );
  }
}
