/** Predictions and what follows from them: by UTC day of the prediction, since a day is what is kept or dropped. */
export const dayTablesSql: readonly string[] = [
  `create table prediction (
     project text not null,
     id uuid not null,
     occurred_at timestamptz(3) not null,
     received_at timestamptz(3) not null,
     node_time timestamptz(3),
     trust text not null,
     node text not null,
     epoch text not null,
     seq bigint not null,
     deployment text not null,
     release text not null,
     models jsonb not null,
     unit text,
     arm text,
     holder text,
     holder_revision bigint,
     bucket double precision,
     layer text,
     variant text,
     holdout jsonb,
     segments jsonb,
     score double precision,
     decision text,
     rules jsonb,
     fallback text,
     fallback_action text,
     forced text,
     inputs jsonb,
     features jsonb,
     reasons jsonb,
     timings jsonb not null,
     primary key (project, id, occurred_at)
   ) partition by range (occurred_at)`,
  'create index prediction_by_deployment on prediction (project, deployment, occurred_at desc, id desc)',
  // Every outcome that was ever taken: ids count once, whatever is in force.
  `create table outcome_record (
     project text not null,
     prediction_id uuid not null,
     prediction_at timestamptz(3) not null,
     id uuid not null,
     value double precision not null,
     occurred_at timestamptz(3) not null,
     received_at timestamptz(3) not null,
     trust text not null,
     primary key (project, prediction_id, id, prediction_at)
   ) partition by range (prediction_at)`,
  // The outcome in force, by trust: what a device says never replaces what a server said.
  `create table outcome (
     project text not null,
     prediction_id uuid not null,
     prediction_at timestamptz(3) not null,
     trust text not null,
     id uuid not null,
     value double precision not null,
     occurred_at timestamptz(3) not null,
     received_at timestamptz(3) not null,
     primary key (project, prediction_id, trust, prediction_at)
   ) partition by range (prediction_at)`,
  // At most one shadow of each prediction.
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
     models jsonb not null,
     score double precision,
     decision text,
     failure text,
     timings jsonb not null,
     primary key (project, prediction_id, occurred_at)
   ) partition by range (occurred_at)`,
];

/**
 * Makes the partitions of one UTC day. Owned by the owner of the tables, since the app may add rows but no tables.
 * Attaching, unlike CREATE TABLE … PARTITION OF, does not lock readers and writers of the other days out.
 */
export const ensureDaySql = `create function ensure_day(day date) returns void language plpgsql security definer
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

/** Drops the partitions of one UTC day and forgets the ids of its predictions; by the owner, as they are made. */
export const dropDaySql = `create function drop_day(day date) returns void language plpgsql security definer
   set search_path = monitoring, pg_temp as $$
   declare
     parent text;
     child text;
   begin
     perform pg_advisory_xact_lock(hashtextextended('monitoring.ensure_day', 0));
     child := 'prediction_' || to_char(day, 'YYYYMMDD');
     if to_regclass('monitoring.' || child) is not null then
       execute format('delete from prediction_key k using %I p where k.project = p.project and k.id = p.id', child);
     end if;
     foreach parent in array array['shadow', 'outcome', 'outcome_record', 'prediction'] loop
       child := parent || '_' || to_char(day, 'YYYYMMDD');
       if to_regclass('monitoring.' || child) is not null then
         execute format('drop table %I', child);
       end if;
     end loop;
   end $$`;

/**
 * Drops a day only where it has as many rows as were archived. It is locked before it is counted, so that nothing is added in
 * between; whoever waits to add something finds the day gone.
 */
export const dropDayIfAsSql = `create function drop_day_if_as(day date, predictions bigint, outcomes bigint, outcome_records bigint,
   shadows bigint) returns boolean language plpgsql security definer set search_path = monitoring, pg_temp as $$
   declare
     parents text[] := array['prediction', 'outcome', 'outcome_record', 'shadow'];
     expected bigint[] := array[predictions, outcomes, outcome_records, shadows];
     child text;
     found bigint;
   begin
     perform pg_advisory_xact_lock(hashtextextended('monitoring.ensure_day', 0));
     for i in 1 .. array_length(parents, 1) loop
       child := parents[i] || '_' || to_char(day, 'YYYYMMDD');
       continue when to_regclass('monitoring.' || child) is null;
       execute format('lock table %I in access exclusive mode', child);
       execute format('select count(*) from %I', child) into found;
       if found <> expected[i] then return false; end if;
     end loop;
     perform drop_day(day);
     return true;
   end $$`;
