import { Migration } from '@mikro-orm/migrations';

const tables = [
  // By UTC day of the prediction, as predictions are: at most one shadow beside each.
  `create table shadow (
     project text not null,
     prediction_id uuid not null,
     occurred_at timestamptz(3) not null,
     id uuid not null,
     received_at timestamptz(3) not null,
     trust text not null,
     node text not null,
     deployment text not null,
     holder text not null,
     holder_revision bigint not null,
     release text not null,
     model_version text not null,
     score double precision,
     decision text,
     failure text,
     timings jsonb not null,
     primary key (project, prediction_id, occurred_at)
   ) partition by range (occurred_at)`,
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
  // A pair belongs to no arm, and a shadow is not about units.
  'alter table fact alter column unit drop not null',
  'alter table fact alter column arm drop not null',
  'alter table fact add column shadow jsonb',
];

const ensureDay = `create or replace function ensure_day(day date) returns void language plpgsql security definer
   set search_path = monitoring, pg_temp as $$
   declare
     parent text;
     child text;
   begin
     perform pg_advisory_xact_lock(hashtextextended('monitoring.ensure_day', 0));
     foreach parent in array array['prediction', 'outcome_record', 'outcome', 'shadow'] loop
       child := parent || '_' || to_char(day, 'YYYYMMDD');
       if to_regclass('monitoring.' || child) is null then
         execute format('create table %I (like %I including all)', child, parent);
         execute format('alter table %I attach partition %I for values from (%L) to (%L)',
           parent, child, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
       end if;
     end loop;
   end $$`;

export class ShadowMigration extends Migration {
  override up(): void {
    for (const sql of [...tables, ensureDay]) this.addSql(sql);
  }
}
