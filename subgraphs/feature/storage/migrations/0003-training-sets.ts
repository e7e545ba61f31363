import { Migration } from '@mikro-orm/migrations';

/** Training sets and the work that makes them. */
export class TrainingSets extends Migration {
  override up(): void {
    this.addSql(`create table training_set (
      project text not null, key text not null, service text not null, service_version int not null,
      manifest jsonb not null, sha256 text not null, size_bytes bigint not null, created_at timestamptz(3) not null,
      primary key (project, key))`);
    this.addSql('create index training_set_created on training_set (project, created_at, key)');
    this.addSql(`create table training_set_build (
      project text not null, key text not null, service text not null, service_version int not null,
      known_at text not null, spine jsonb not null, requested_by text not null, rebuild_of text null,
      state text not null, views_joined int not null, views int not null, training_set text null,
      same_bytes boolean null, error text null, started_at timestamptz(3) not null,
      finished_at timestamptz(3) null, primary key (project, key))`);
    this.addSql(`create index training_set_build_running on training_set_build (state) where state = 'RUNNING'`);
  }
}
