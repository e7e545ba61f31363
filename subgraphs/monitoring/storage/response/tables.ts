/** Policies whole, runs with what is looked up of them, steps that nobody may change. */
export const responseSql: readonly string[] = [
  `create table response_policy (
     project text not null,
     name text not null,
     deployment text not null,
     document jsonb not null,
     watch jsonb,
     deleted_at timestamptz(3),
     primary key (project, name)
   )`,
  `create table response_run (
     project text not null,
     id text not null,
     policy text not null,
     incident text,
     deployment text not null,
     state text not null,
     started_at timestamptz(3) not null,
     acted_at timestamptz(3),
     next_at timestamptz(3),
     model_version text,
     document jsonb not null,
     primary key (project, id),
     unique (project, policy, incident)
   )`,
  'create index response_run_by_start on response_run (project, started_at desc, id desc)',
  `create index response_run_due on response_run (next_at) where state in ('ACTING', 'ASKING')`,
  `create index response_run_by_version on response_run (project, model_version) where model_version is not null`,
  'create index response_run_by_incident on response_run (project, incident)',
  'create index response_run_by_deployment on response_run (project, deployment, started_at desc, id desc)',
  `create table response_step (
     project text not null,
     run text not null,
     number int not null,
     at timestamptz(3) not null,
     kind text not null,
     by text,
     text text not null,
     primary key (project, run, number)
   )`,
  `create function refuse_response_step_change() returns trigger language plpgsql as
     $$ begin raise exception 'a step of a response never changes'; end $$`,
  `create trigger response_step_is_final before update or delete on response_step
     for each row execute function refuse_response_step_change()`,
  `create trigger response_step_is_not_emptied before truncate on response_step
     for each statement execute function refuse_response_step_change()`,
];
