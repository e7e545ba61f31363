import { Client, Pool } from 'pg';
import { beforeAll, expect, it, vi } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import { doorBefore, type CommandDoor } from '../support/command-door.ts';
import { peerOf } from '../support/experiment.ts';
import { prediction, range, startTestMonitoring, uuid, type TestMonitoring } from '../support/monitoring.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { serveApp } from '../support/serve-app.ts';
import { changeTraffic, deployed, serviceEvent } from '../support/serving.ts';
import { startSubgraphProcess, type SubgraphProcess } from '../support/subgraph-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** What a rollout does next, and by which request: each on a deployment of its own. */
const STEPS = {
  start: { asked: 'startRollout', weights: [0.1, 0.5], candidateMs: 4 },
  advance: { asked: 'evaluateRollout', weights: [0.1, 0.5], candidateMs: 4 },
  rollBack: { asked: 'evaluateRollout', weights: [0.1, 0.5], candidateMs: 60 },
  promote: { asked: 'evaluateRollout', weights: [0.5], candidateMs: 4 },
} as const;
type StepName = keyof typeof STEPS;
const NAMES = Object.keys(STEPS) as StepName[];
const UNITS = 40;

const FIRST = ['ACQUIRE_ALLOCATION', 1];
const END = ['END_ALLOCATION', null];
/** How each rollout stands, and every change of its deployment's traffic, before its step and after it. */
const BEFORE = {
  start: { status: 'DRAFT', step: 0, live: 'control', moves: [], decided: [] },
  advance: { status: 'RUNNING', step: 1, live: 'control', moves: [FIRST], decided: [] },
  rollBack: { status: 'RUNNING', step: 1, live: 'control', moves: [FIRST], decided: [] },
  promote: { status: 'RUNNING', step: 1, live: 'control', moves: [FIRST], decided: [] },
};
const AFTER = {
  start: { status: 'RUNNING', step: 1, live: 'control', moves: [FIRST], decided: [] },
  advance: {
    status: 'RUNNING',
    step: 2,
    live: 'control',
    moves: [FIRST, ['ACQUIRE_ALLOCATION', 2]],
    decided: ['1 CONTINUE'],
  },
  rollBack: { status: 'ROLLED_BACK', step: 1, live: 'control', moves: [FIRST, END], decided: ['1 ROLLBACK'] },
  promote: { status: 'COMPLETED', step: 1, live: 'candidate', moves: [FIRST, END], decided: ['1 CONTINUE'] },
};

interface Place {
  readonly id: string;
  readonly deployment: string;
  readonly control: string;
}
type Places = Readonly<Record<StepName, Place>>;

let database: TestDatabase;
let db: Pool;
let registry: TestRegistry;
let monitoring: TestMonitoring;
let door: CommandDoor;
let startEvaluator: () => Promise<SubgraphProcess>;
/** Two evaluators: the first is killed, and started again beside the one that lives on. */
let first: SubgraphProcess;
let second: SubgraphProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed } });
  await outbox.tell(serviceEvent());
  monitoring = await startTestMonitoring({ database, registry: peerOf('registry', registry.subgraph) });
  door = await doorBefore(registry.subgraph.app);
  const { url } = await serveApp(monitoring.subgraph.app);
  const variables = {
    REGISTRY_URL: door.url,
    MONITORING_URL: url,
    TIFFIN_FACT_WAIT_MS: '200',
    TIFFIN_PENDING_CHECK_SECONDS: '1',
    // Judged when the test says so: the turn at the start is awaited.
    TIFFIN_ROLLOUT_SECONDS: '3600',
    TIFFIN_SWITCH_SECONDS: '3600',
  };
  const folder = temporaryFolder('evaluator');
  startEvaluator = () => startSubgraphProcess('experiment', database, folder, variables);
  [first, second] = [await startEvaluator(), await startEvaluator()];
  atEnd(() => Promise.all([first.kill(), second.kill()]));
  db = new Pool({ connectionString: database.appUrl });
  atEnd(() => db.end());
  await until(
    async () =>
      await rows(`select from pgboss_experiment.job where name = 'evaluate-rollouts' and state = 'completed'`),
    (turns) => turns.length > 0,
  );
  const definition = { kind: 'MEAN', measure: 'LATENCY_MS', higherIsBetter: false, margin: 3 };
  await ask(first, 'createMetric', { name: 'latency', definition }, 'metric { id }');
}, 120_000);

const rows = async (query: string, values: readonly unknown[] = []): Promise<any[]> =>
  (await db.query(query, [...values])).rows;

const until = async <T>(look: () => Promise<T> | T, holds: (seen: T) => boolean): Promise<void> =>
  vi.waitFor(async () => expect(await look()).toSatisfy(holds), { timeout: 25_000, interval: 20 });

async function ask(process: SubgraphProcess, name: string, input: object, fields: string): Promise<any> {
  const type = /^(start|evaluate)/.test(name) ? 'RolloutInput' : `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const data = await process.ask(
    person('developer'),
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`,
    { input },
  );
  return data[name];
}

/** Asks a process for the next step of each rollout at once; what it answers nobody may be there to hear. */
const askAll = (process: SubgraphProcess, places: Places, names = NAMES): Promise<unknown> =>
  Promise.allSettled(
    names.map((name) =>
      ask(process, STEPS[name].asked, { rollout: places[name].id }, name === 'start' ? 'rollout { id }' : 'step'),
    ),
  );

let space = 1;
async function answered({ id, deployment }: Place, candidateMs: number): Promise<void> {
  monitoring.clock.now = new Date();
  for (const arm of ['control', 'candidate']) {
    const mine = space++;
    const predictions = range(0, UNITS).map((n) =>
      prediction(n, {
        id: uuid(n, mine),
        occurredAt: monitoring.clock.now.toISOString(),
        deployment,
        holder: id,
        holderRevision: 1,
        arm,
        unit: `${arm}-${n}`,
        bucket: 0.5,
        timings: { total: (arm === 'control' ? 4 : candidateMs) + (n % 3) },
      }),
    );
    expect((await monitoring.send('/v1/predictions', { node: 'edge-1', predictions })).body.acked).toHaveLength(UNITS);
  }
}

/** Four rollouts, each about to do its step: all that leads there is heard by all. */
async function placesOf(point: string): Promise<Places> {
  const make = async (name: StepName): Promise<[StepName, Place]> => {
    const called = `${name}-${point}`.toLowerCase();
    const { deployment, releases } = await deployed(registry, called, { sharedVersions: true });
    const [control, candidate] = releases.map(({ id }) => id);
    await changeTraffic(registry, person('developer'), 'promoteRelease', { deployment, release: control });
    const { weights, candidateMs } = STEPS[name];
    const steps = weights.map((weight) => ({ weight, minSamples: 20 }));
    const plan = { name: called, deployment, candidate, unit: 'user', steps, guardrails: [{ metric: 'latency' }] };
    const { id } = (await ask(first, 'createRollout', plan, 'rollout { id }')).rollout;
    const place = { id, deployment, control: control! };
    if (name !== 'start') {
      await ask(first, 'startRollout', { rollout: id }, 'rollout { id }');
      await answered(place, candidateMs);
    }
    return [name, place];
  };
  const made = await Promise.all(NAMES.map(make));
  const ids = made.map(([, { id }]) => id);
  await until(
    async () => (await rows('select from experiment.answer where holder = any($1)', [ids])).length,
    (heard) => heard === 3 * 2 * UNITS,
  );
  const unknown = `select from experiment.study
    where name = any($1) and status = 'RUNNING' and jsonb_path_exists(arms, 'strict $[*].modelVersions ? (@.size() == 0)')`;
  await until(
    () => rows(unknown, [namesOf(ids)]),
    ({ length }) => length === 0,
  );
  return Object.fromEntries(made) as Places;
}

const namesOf = (ids: readonly string[]): string[] => ids.map((id) => id.split(':').at(-1)!);
const idsOf = (places: Places): string[] => Object.values(places).map(({ id }) => id);

async function standing({ id, deployment, control }: Place): Promise<object> {
  const query = `query ($id: ID!) { rollout(id: $id) { status step pendingStep leaseLostAt
    verdicts(first: 100) { edges { node { step verdict replays } } } } }`;
  const { verdicts, ...rollout } = (await second.ask(person('viewer'), query, { id })).rollout;
  const kept = verdicts.edges.map(({ node }: any) => node);
  expect(kept.every(({ replays }: any) => replays)).toBe(true);
  const live = 'query ($id: ID!) { deployment(id: $id) { live { id } } }';
  const serving = (await registry.ask(person('viewer'), live, { id: deployment })).deployment.live.id;
  const moves = await rows(
    `select kind, jsonb_path_query_first(layers, '$[*] ? (@.kind == "ALLOCATION")') as layer from registry.traffic_record
     where endpoint = $1 and kind <> 'PROMOTE' order by revision`,
    [deployment.split(':').at(-1)!.split('@')[0]],
  );
  return {
    ...rollout,
    live: serving === control ? 'control' : 'candidate',
    moves: moves.map(({ kind, layer }) => [kind, layer?.holderRevision ?? null]),
    decided: kept
      .filter(({ verdict }: any) => verdict === 'CONTINUE' || verdict === 'ROLLBACK')
      .map(({ step, verdict }: any) => `${step} ${verdict}`),
  };
}

const stand = async (places: Places): Promise<object> =>
  Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await standing(places[name])])));

const settled = (expected: Readonly<Record<StepName, object>>): object =>
  Object.fromEntries(NAMES.map((name) => [name, { ...expected[name], pendingStep: null, leaseLostAt: null }]));

/** Holds the rows of the rollouts, so that what wants them next stands still; answers what lets them go. */
async function holdRows(places: Places): Promise<() => Promise<void>> {
  const holder = new Client({ connectionString: database.appUrl });
  await holder.connect();
  await holder.query('begin');
  await holder.query('select from experiment.study where name = any($1) for update', [namesOf(idsOf(places))]);
  return () => holder.end();
}

/** Waits until each rollout is wanted by the step that was asked for, beside those who take in news of its deployment. */
const rowsWanted = (): Promise<void> =>
  until(
    () =>
      rows(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
            and query like '%"study"%for update%' and query not like '%jsonb_path_exists%'`),
    ({ length }) => length === NAMES.length,
  );

const pendingOf = (places: Places): Promise<any[]> =>
  rows('select name from experiment.study where name = any($1) and pending is not null', [namesOf(idsOf(places))]);

/** Asks the first evaluator for all four steps, whose commands are kept; the other one leaves alone what waits for the registry. */
async function askedOf(places: Places, where: 'before' | 'after'): Promise<void> {
  door.keep(where);
  void askAll(first, places);
  await until(
    () => door.kept(),
    (kept) => kept === NAMES.length,
  );
  await askAll(second, places, ['advance', 'rollBack', 'promote']);
}

/** What is left when the evaluator dies: nothing, the step that waits for the registry, or the step that is done. */
type Left = 'NOTHING' | 'PENDING' | 'DONE';

/**
 * Where the evaluator dies, by how it is brought there: all four steps stand at that point when this resolves, with what
 * happens once the process is dead.
 */
const POINTS: readonly (readonly [string, Left, (places: Places) => Promise<() => Promise<void>>])[] = [
  [
    'before the step is kept',
    'NOTHING',
    async (places) => {
      const letGo = await holdRows(places);
      void askAll(first, places);
      await rowsWanted();
      return letGo;
    },
  ],
  [
    'once it is kept, and its command is lost',
    'PENDING',
    async (places) => {
      await askedOf(places, 'before');
      return () => door.open('are lost');
    },
  ],
  [
    'once its command is sent, which arrives when the sender is dead',
    'PENDING',
    async (places) => {
      await askedOf(places, 'before');
      return () => door.open('go on');
    },
  ],
  [
    'once the registry has done it, before it hears so',
    'PENDING',
    async (places) => {
      await askedOf(places, 'after');
      return () => door.open('go on');
    },
  ],
  [
    'when it has heard so, before it is confirmed',
    'PENDING',
    async (places) => {
      await askedOf(places, 'after');
      const letGo = await holdRows(places);
      await door.open('go on');
      await rowsWanted();
      return letGo;
    },
  ],
  [
    'once it is confirmed',
    'DONE',
    async (places) => {
      void askAll(first, places);
      await vi.waitFor(async () => expect(await stand(places)).toEqual(settled(AFTER)), {
        timeout: 25_000,
        interval: 20,
      });
      return async () => undefined;
    },
  ],
];

it.each(POINTS)(
  'does each step of a rollout once when it is killed %s',
  { timeout: 90_000 },
  async (...[point, left, reach]) => {
    const places = await placesOf(`at-${POINTS.findIndex(([each]) => each === point)}`);
    const goOn = await reach(places);
    await first.kill();
    await goOn();
    first = await startEvaluator();

    if (left === 'NOTHING') {
      expect(await stand(places)).toEqual(settled(BEFORE));
      await Promise.all([askAll(first, places), askAll(second, places)]);
    }
    if (left === 'PENDING') {
      expect(await pendingOf(places)).toHaveLength(NAMES.length);
      const before = await stand(places);
      // Half a minute goes by, in which the registry is away.
      door.shut();
      const turnedAway = door.turnedAway();
      await rows(
        `update experiment.study set pending = pending || jsonb_build_object('at', now() - interval '31 seconds')
         where name = any($1)`,
        [namesOf(idsOf(places))],
      );
      await until(
        () => door.turnedAway(),
        (now) => now >= turnedAway + NAMES.length,
      );
      expect(await stand(places)).toEqual(before);
      await door.open('go on');
      await until(
        () => pendingOf(places),
        ({ length }) => length === 0,
      );
      const { start } = (await stand(places)) as { start: { moves: unknown[] } };
      // Whoever asked for the start was told that it failed: it is taken back, and can be asked for again.
      const moves = start.moves.length === 0 ? [] : [FIRST, END];
      expect(start).toEqual({ ...BEFORE.start, moves, pendingStep: null, leaseLostAt: null });
      await askAll(second, places, ['start']);
      const again = { ...AFTER.start, moves: [...moves, FIRST] };
      expect(await stand(places)).toEqual(settled({ ...AFTER, start: again }));
    } else {
      expect(await stand(places)).toEqual(settled(AFTER));
    }
    const audited = await rows(
      `select record->>'action' as action, count(*)::int as times from experiment.audit_record
       where record->>'subject' = any($1) and record->>'action' <> 'rollout.create' group by 1 order by 1`,
      [idsOf(places)],
    );
    expect(audited).toEqual([
      { action: 'rollout.advance', times: 1 },
      { action: 'rollout.promote', times: 1 },
      { action: 'rollout.roll-back', times: 1 },
      { action: 'rollout.start', times: NAMES.length },
    ]);
  },
);
