import { Migration } from '@mikro-orm/migrations';
import { plumbingSql } from '../../../shared/database/plumbing-tables.ts';

const labels = 'description text not null, owner text null, tags jsonb not null, revision int not null';

/** Definitions: entities, sources, view and service versions. */
export class Definitions extends Migration {
  override up(): void {
    for (const sql of plumbingSql) this.addSql(sql);
    this.addSql(`create table entity (
      project text not null, name text not null, join_keys jsonb not null, ${labels},
      created_at timestamptz(3) not null, primary key (project, name))`);
    this.addSql(`create table source (
      project text not null, name text not null, path text not null, event_column text not null,
      created_column text null, assume_utc boolean not null, columns jsonb not null, ${labels},
      created_at timestamptz(3) not null, primary key (project, name))`);
    this.addSql(`create table feature_view (
      project text not null, name text not null, version int not null, entity text not null, join_keys jsonb not null,
      source text not null, event_column text not null, created_column text null, assume_utc boolean not null,
      ttl_seconds int not null, features jsonb not null, ${labels}, created_at timestamptz(3) not null,
      adopted_at timestamptz(3) null, primary key (project, name, version))`);
    this.addSql('create index feature_view_entity on feature_view (project, entity)');
    this.addSql('create index feature_view_source on feature_view (project, source)');
    this.addSql(`create table feature_service (
      project text not null, name text not null, version int not null, views jsonb not null, ${labels},
      created_at timestamptz(3) not null, primary key (project, name, version))`);
  }
}
