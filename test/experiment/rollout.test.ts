import { beforeAll, describe, expect, it, vi } from 'vitest';
import { peerOf, startTestExperiment, type TestExperiment } from '../support/experiment.ts';
import {
  DEVICE_KEY,
  NOW,
  outcome,
  prediction,
  range,
  SECRET,
  startTestMonitoring,
  uuid,
  type TestMonitoring,
} from '../support/monitoring.ts';
import { inboxIn, inboxQuery } from '../support/inbox.ts';
import { expectPages, PAGE } from '../support/paging.ts';
import { listenTo, type Listener } from '../support/listener.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from '../support/registry.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';

let registry: TestRegistry;
let monitoring: TestMonitoring;
let own: TestExperiment;
let count = 0;
beforeAll(async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  monitoring = await startTestMonitoring({ database, registry: peerOf('registry', registry.subgraph) });
  own = await startTestExperiment({ database, registry: registry.subgraph, monitoring: monitoring.subgraph });
  for (const [name, definition] of Object.entries({
    brier: { kind: 'MEAN', measure: 'SQUARED_ERROR', higherIsBetter: false, margin: 0.1 },
    latency: { kind: 'MEAN', measure: 'LATENCY_MS', higherIsBetter: false, margin: 0.5, marginKind: 'RELATIVE' },
    failures: { kind: 'PROPORTION', measure: 'FALLBACK', positiveFrom: 1, higherIsBetter: false, margin: 0.1 },
  })) {
    await act('createMetric', { name, definition }, 'metric { id }');
  }
  // Makes the models that all share.
  await place();
}, 120_000);

const FIELDS = `rollout { id name description hypothesis unit seed hashVersion alpha onExpiry status step revision pendingStep leaseLostAt endedAt paused { by reason }
  deployment { id } control { id } candidate { id } guardrails { metric revision margin marginKind segment }
  steps { number weight startedAt endedAt passedAt approvedBy approval minMinutes maxMinutes bakeMinutes minSamples margins { metric margin } } }`;
const INPUTS: Readonly<Record<string, string>> = {
  startRollout: 'RolloutInput',
  evaluateRollout: 'RolloutInput',
  resumeRollout: 'RolloutInput',
  approveRolloutStep: 'RolloutInput',
};
const mutation = (name: string, fields: string): string => {
  const input = name.startsWith('create') ? `${name[0]!.toUpperCase()}${name.slice(1)}Input` : 'ReasonedRolloutInput';
  return `mutation ($input: ${INPUTS[name] ?? input}!) { ${name}(input: $input) { ${fields} } }`;
};

async function act(name: string, input: object, fields = FIELDS, ask = own.ask, ...roles: any[]): Promise<any> {
  const { data, errors } = await ask(mutation(name, fields), { input }, ...roles);
  expect(errors).toBeUndefined();
  return data[name].rollout ?? data[name];
}

const refusal = async (name: string, input: object, fields = FIELDS, ...roles: any[]): Promise<any> => {
  const { errors } = await own.ask(mutation(name, fields), { input }, ...roles);
  return { message: errors?.[0]?.message, ...errors?.[0]?.extensions };
};

async function place(): Promise<Deployed> {
  const made = await deployed(registry, `roll${++count}`, { sharedVersions: true });
  const [first] = made.releases;
  await changeTraffic(registry, person('developer'), 'promoteRelease', {
    deployment: made.deployment,
    release: first!.id,
  });
  return made;
}

const step = (weight: number, more = {}) => ({ weight, minSamples: 20, ...more });
const planOf = ({ deployment, releases }: Deployed, name: string, changes = {}) => ({
  name,
  deployment,
  candidate: releases[1]!.id,
  unit: 'user',
  steps: [step(0.1), step(0.5), step(1, { minSamples: 0 })],
  guardrails: [{ metric: 'brier' }, { metric: 'latency' }],
  ...changes,
});

const started = async (where: Deployed, name: string, changes = {}): Promise<any> => {
  const { id } = await act('createRollout', planOf(where, name, changes));
  return act('startRollout', { rollout: id });
};

const evaluated = (rollout: { readonly id: string }): Promise<any> =>
  act('evaluateRollout', { rollout: rollout.id }, FIELDS.replace('rollout {', '').replace(/\}$/, ''));

async function read(rollout: { readonly id: string }): Promise<any> {
  const query = `query ($id: ID!) { rollout(id: $id) { status step pendingStep leaseLostAt modelVersions { id }
    evaluation { verdict reasons missing about findings { guardrail step segment state control candidate worse accepted } }
    verdicts { edges { node { number step verdict reasons replays findings { guardrail state } } } } } }`;
  const { data, errors } = await own.ask(query, { id: rollout.id }, 'viewer');
  expect(errors).toBeUndefined();
  const { verdicts, ...rest } = data.rollout;
  return { ...rest, verdicts: verdicts.edges.map(({ node }: any) => node) };
}

const traffic = async ({ deployment }: Deployed): Promise<any> =>
  (
    await registry.ask(
      person('viewer'),
      `{ deployment(id: "${deployment}") { live { id } traffic { lease { holder holderRevision } layers } } }`,
    )
  ).deployment;

/** Units of an arm, where a test does not say otherwise. */
const UNITS = 40;
let space = 100;
interface Answers {
  readonly units?: number;
  readonly score?: number;
  readonly latencyMs?: number;
  readonly key?: string;
  /** Whether outcomes are known: every second one is a positive. */
  readonly labelled?: boolean;
  readonly segments?: Record<string, string>;
}

/** What units were answered in one arm of a step; scores lie as far from their outcomes as is said. */
async function answer(
  rollout: { readonly id: string },
  number: number,
  arm: string,
  answers: Answers = {},
): Promise<void> {
  const { units = UNITS, score: error = 0.2, latencyMs = 4, key, labelled = true, segments } = answers;
  const mine = space++;
  const predictions = range(0, units).map((n) =>
    prediction(n, {
      id: uuid(n, mine),
      holder: rollout.id,
      holderRevision: number,
      arm,
      unit: `${arm}-${mine}-${n}`,
      bucket: 0.5,
      score: n % 2 === 0 ? error : 1 - error,
      timings: { total: latencyMs + (n % 3) },
      ...(segments && { segments }),
    }),
  );
  const sent = await monitoring.send('/v1/predictions', { node: 'edge-1', predictions }, key);
  expect(sent.body.acked).toHaveLength(units);
  if (labelled) await label(mine, units, key);
}

async function label(mine: number, units: number, key?: string): Promise<void> {
  const outcomes = range(0, units).map((n) =>
    outcome(n, n % 2, { id: uuid(n, mine + 2_000), predictionId: uuid(n, mine) }),
  );
  expect((await monitoring.send('/v1/outcomes', { outcomes }, key)).body.acked).toHaveLength(units);
}

/** Both arms answered alike, but for what is said of the candidate; waits until the experiment subgraph has heard of it. */
async function bothArms(rollout: { readonly id: string }, number: number, candidate: Answers = {}): Promise<void> {
  const before = await heard(rollout);
  await answer(rollout, number, 'control', { ...candidate, score: 0.2, latencyMs: 4 });
  await answer(rollout, number, 'candidate', candidate);
  const rows = 2 * (candidate.units ?? UNITS);
  await vi.waitFor(
    async () => {
      const after = await heard(rollout);
      expect(after.answers).toBeGreaterThanOrEqual(before.answers + rows);
      if (candidate.labelled !== false) expect(after.labelled).toBeGreaterThanOrEqual(before.labelled + rows);
    },
    { timeout: 20_000, interval: 50 },
  );
}

const heard = async ({ id }: { readonly id: string }): Promise<{ answers: number; labelled: number }> => {
  const [row] = await own.db.query<any>(
    `select count(answered_at)::int as answers, count(value)::int as labelled from answer where holder = $1`,
    [id],
  );
  return row;
};

describe('a rollout', () => {
  it('goes through its steps as its guardrails hold, beside a control of the same size, to the default', async () => {
    const where = await place();
    const words = { description: 'the better one', hypothesis: 'it is right more often', seed: 'salt', hashVersion: 1 };
    const created = await act('createRollout', planOf(where, 'whole', words));
    expect(created).toMatchObject({
      id: 'tiffin:default:rollout:whole',
      ...words,
      deployment: { id: where.deployment },
      alpha: 0.05,
      onExpiry: 'ROLL_BACK',
      status: 'DRAFT',
      step: 0,
      control: { id: where.releases[0]!.id },
      candidate: { id: where.releases[1]!.id },
      guardrails: [
        { metric: 'tiffin:default:metric:brier', revision: 1, margin: 0.1, marginKind: 'ABSOLUTE' },
        { metric: 'tiffin:default:metric:latency', revision: 1, margin: 0.5, marginKind: 'RELATIVE' },
      ],
    });
    expect((await traffic(where)).traffic.lease).toBeNull();
    expect(await refusal('evaluateRollout', { rollout: 'whole' }, 'id')).toMatchObject({ code: 'INVALID_TRANSITION' });
    const rollout = await act('startRollout', { rollout: created.id });
    expect(rollout).toMatchObject({ status: 'RUNNING', step: 1 });
    const layer = (await traffic(where)).traffic.layers.find(({ kind }: any) => kind === 'ALLOCATION');
    expect(layer).toMatchObject({
      holder: created.id,
      holderRevision: 1,
      seed: 'salt',
      hashVersion: 1,
      unit: 'user',
      arms: [
        { arm: 'control', ranges: [[0.9, 1]] },
        { arm: 'candidate', ranges: [[0, 0.1]] },
      ],
    });

    expect(await evaluated(rollout)).toMatchObject({ step: 1 });
    expect(await read(rollout)).toMatchObject({ evaluation: { verdict: 'WAIT', missing: null } });
    await bothArms(rollout, 1);
    expect(await evaluated(rollout)).toMatchObject({ step: 2, status: 'RUNNING' });
    expect((await traffic(where)).traffic.layers.find(({ kind }: any) => kind === 'ALLOCATION')).toMatchObject({
      holderRevision: 2,
      arms: [{ ranges: [[0.5, 1]] }, { ranges: [[0, 0.5]] }],
    });
    await bothArms(rollout, 2);
    expect(await evaluated(rollout)).toMatchObject({ step: 3 });
    await answer(rollout, 3, 'candidate', { units: 5 });
    await vi.waitFor(async () => expect((await read(rollout)).evaluation.verdict).toBe('CONTINUE'), {
      timeout: 20_000,
    });
    expect(await evaluated(rollout)).toMatchObject({ status: 'COMPLETED', step: 3 });
    expect(await traffic(where)).toMatchObject({ live: { id: where.releases[1]!.id }, traffic: { lease: null } });

    const { verdicts, evaluation } = await read(rollout);
    expect(evaluation).toBeNull();
    expect(verdicts.map(({ step: at, verdict }: any) => [at, verdict])).toEqual([
      [3, 'CONTINUE'],
      [2, 'CONTINUE'],
      [1, 'CONTINUE'],
      [1, 'WAIT'],
    ]);
    expect(verdicts.every(({ replays }: any) => replays)).toBe(true);
    const moved = await own.db.query<any>(
      `select record->>'action' as action from audit_record where record->>'subject' = $1 order by seq`,
      [created.id],
    );
    expect(moved.map(({ action }) => action)).toEqual([
      'rollout.create',
      'rollout.start',
      'rollout.advance',
      'rollout.advance',
      'rollout.promote',
    ]);
  });

  it('is rolled back at the step that shows harm, and says what was worse', async () => {
    const where = await place();
    const rollout = await started(where, 'harm');
    await bothArms(rollout, 1, { score: 0.8 });
    expect(await evaluated(rollout)).toMatchObject({ status: 'ROLLED_BACK', step: 1 });
    expect(await traffic(where)).toMatchObject({ live: { id: where.releases[0]!.id }, traffic: { lease: null } });
    const [verdict] = (await read(rollout)).verdicts;
    expect(verdict).toMatchObject({
      verdict: 'ROLLBACK',
      replays: true,
      reasons: [expect.stringContaining('brier in step 1')],
    });
    await expect(own.db.query(`update verdict set word = 'WAIT' where rollout = 'harm'`)).rejects.toThrow(
      'never changes',
    );
  });

  it('measures what its metrics say', async () => {
    const kinds: Record<string, object> = {
      clamped: { kind: 'MEAN', measure: 'LATENCY_MS', lowest: 4.5, highest: 5.5 },
      'per-score': { kind: 'RATIO', measure: 'LATENCY_MS', per: 'SCORE' },
      'soon-late': { kind: 'PROPORTION', measure: 'OUTCOME', positiveFrom: 1, attributionHours: 0.5 },
      late: { kind: 'PROPORTION', measure: 'OUTCOME', positiveFrom: 1, higherIsBetter: true },
      'many-slow': { kind: 'COUNT', measure: 'LATENCY_MS', positiveFrom: 5 },
    };
    for (const [name, definition] of Object.entries(kinds)) {
      await act(
        'createMetric',
        { name, definition: { higherIsBetter: false, margin: 1, ...definition } },
        'metric { id }',
      );
    }
    const slow = { kind: 'QUANTILE', measure: 'LATENCY_MS', quantile: 0.9, ceiling: 5, higherIsBetter: false };
    await act('createMetric', { name: 'p90', definition: slow }, 'metric { id }');
    const guardrails = [...Object.keys(kinds).map((metric) => ({ metric })), { metric: 'p90' }];
    const alpha = 0.2;
    const rollout = await started(await place(), 'measures', {
      guardrails,
      alpha,
      steps: [step(0.1, { minMinutes: 5 })],
    });
    expect(rollout).toMatchObject({ alpha });
    await bothArms(rollout, 1, { units: 60 });
    const { evaluation } = await read(rollout);
    const values = Object.fromEntries(evaluation.findings.map(({ guardrail, control }: any) => [guardrail, control]));
    // Latencies are 4, 5 and 6 in turn; scores .2 and .8; every second outcome is a positive, an hour after the answer.
    expect(values).toEqual({
      clamped: expect.closeTo(5, 9),
      'per-score': expect.closeTo(10, 9),
      late: expect.closeTo(0.5, 9),
      'many-slow': expect.closeTo(2 / 3, 9),
      p90: expect.closeTo(1 / 3, 9),
    });
    expect(evaluation).toMatchObject({
      verdict: 'HOLD',
      reasons: [expect.stringContaining('p90 is broken by the control as well')],
      findings: expect.arrayContaining([
        expect.objectContaining({ guardrail: 'p90', accepted: expect.closeTo(0.1, 9) }),
      ]),
    });
  });

  it('bakes before it goes on, and anew after a pause', async () => {
    const rollout = await started(await place(), 'bakes', { steps: [step(0.1, { bakeMinutes: 5 }), step(0.5)] });
    await bothArms(rollout, 1);
    const at = (minutes: number): void => {
      own.clock.now = new Date(NOW.getTime() + minutes * 60_000);
    };
    expect(await evaluated(rollout)).toMatchObject({ step: 1, steps: [{ passedAt: NOW.toISOString() }, {}] });
    at(4);
    expect(await evaluated(rollout)).toMatchObject({ step: 1 });
    await act('pauseRollout', { rollout: rollout.id, reason: 'wait' });
    await act('resumeRollout', { rollout: rollout.id });
    at(5);
    expect(await evaluated(rollout)).toMatchObject({ step: 1 });
    at(10);
    expect(await evaluated(rollout)).toMatchObject({ step: 2 });
    own.clock.now = NOW;
    const query = (args: string) => `{ rollout(id: "${rollout.id}") { verdicts(${args}) ${PAGE} } }`;
    await expectPages(async (page) => (await own.ask(query(page), {}, 'viewer')).data.rollout.verdicts);
  });

  it('looks back at the outcomes of steps that are over', async () => {
    const where = await place();
    const rollout = await started(where, 'late', { guardrails: [{ metric: 'latency' }, { metric: 'brier' }] });
    const late = space;
    await bothArms(rollout, 1, { score: 0.8, labelled: false });
    expect((await read(rollout)).evaluation).toMatchObject({
      verdict: 'WAIT',
      reasons: ['brier has no value yet'],
    });
    const reason = 'the outcomes take a week';
    await act('skipRolloutStep', { rollout: rollout.id, reason }, FIELDS, own.ask, 'approver');
    for (const mine of [late, late + 1]) await label(mine, UNITS);
    await vi.waitFor(async () => expect((await heard(rollout)).labelled).toBe(2 * UNITS), { timeout: 20_000 });
    expect(await evaluated(rollout)).toMatchObject({ status: 'ROLLED_BACK', step: 2 });
    expect((await read(rollout)).verdicts[0].reasons).toEqual([expect.stringContaining('brier in step 1')]);
  });

  it('is not decided by records of devices', async () => {
    const rollout = await started(await place(), 'devices');
    for (const arm of ['control', 'candidate']) await answer(rollout, 1, arm, { key: DEVICE_KEY, score: 0.8 });
    await vi.waitFor(async () => expect((await heard(rollout)).labelled).toBe(2 * UNITS), { timeout: 20_000 });
    expect((await read(rollout)).evaluation).toMatchObject({ verdict: 'WAIT', findings: [] });
  });

  it('finds the harm of one segment', async () => {
    const guardrails = [{ metric: 'latency', segment: 'state' }];
    const rollout = await started(await place(), 'segment', { guardrails });
    for (const state of ['MH', 'KA', 'TN', 'DL']) await bothArms(rollout, 1, { segments: { state } });
    expect((await read(rollout)).evaluation).toMatchObject({ verdict: 'CONTINUE' });
    await bothArms(rollout, 1, { segments: { state: 'KL' }, latencyMs: 9 });
    const { evaluation } = await read(rollout);
    expect(evaluation.verdict).toBe('ROLLBACK');
    expect(evaluation.findings.find(({ segment }: any) => segment === null)).toMatchObject({ state: 'HELD' });
    expect(evaluation.reasons).toEqual([expect.stringContaining('state=KL')]);
  });

  it('is paused and resumed by hand, and ended by hand', async () => {
    const where = await place();
    const rollout = await started(where, 'hands', { steps: [step(0.1), step(0.5)] });
    expect(await refusal('pauseRollout', { rollout: rollout.id, reason: ' ' })).toMatchObject({ field: 'reason' });
    await act('pauseRollout', { rollout: rollout.id, reason: 'a festival' });
    await bothArms(rollout, 1);
    expect(await evaluated(rollout)).toMatchObject({ step: 1, paused: { by: 'user:tester', reason: 'a festival' } });
    expect((await read(rollout)).evaluation).toMatchObject({
      verdict: 'HOLD',
      reasons: ['paused by hand: a festival'],
    });
    await act('resumeRollout', { rollout: rollout.id });
    expect(await evaluated(rollout)).toMatchObject({ step: 2, paused: null });
    const early = { rollout: rollout.id, reason: 'it is fine' };
    expect(await refusal('promoteRollout', early)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await act('promoteRollout', early, FIELDS, own.ask, 'approver')).toMatchObject({ status: 'COMPLETED' });
    expect((await traffic(where)).live.id).toBe(where.releases[1]!.id);

    const other = await place();
    const second = await started(other, 'hands-off');
    expect(await act('abortRollout', { rollout: second.id, reason: 'no' })).toMatchObject({ status: 'ROLLED_BACK' });
    expect(await traffic(other)).toMatchObject({ live: { id: other.releases[0]!.id }, traffic: { lease: null } });
    expect(await refusal('abortRollout', { rollout: second.id, reason: 'no' })).toMatchObject({
      code: 'INVALID_TRANSITION',
    });
  });

  it('waits for another person where a step asks for one', async () => {
    const rollout = await started(await place(), 'asks', { steps: [step(0.1, { approval: true }), step(0.5)] });
    await bothArms(rollout, 1);
    expect(await evaluated(rollout)).toMatchObject({ step: 1 });
    expect((await read(rollout)).evaluation.reasons).toEqual([expect.stringContaining('approval')]);
    const input = { rollout: rollout.id };
    expect(await refusal('approveRolloutStep', input, FIELDS, 'approver')).toMatchObject({
      code: 'FORBIDDEN',
      rule: 'maker-checker',
    });
    await act('approveRolloutStep', input, FIELDS, own.as('user:other'), 'approver');
    expect(await evaluated(rollout)).toMatchObject({ step: 2, steps: [{ approvedBy: 'user:other' }, {}] });
  });

  it('is moved once by evaluators that judge it at the same time', async () => {
    const where = await place();
    const rollout = await started(where, 'at-once', { steps: [step(0.1), step(0.2), step(0.5)] });
    await bothArms(rollout, 1);
    await Promise.all(
      range(0, 6).map(() => own.ask(mutation('evaluateRollout', 'step'), { input: { rollout: rollout.id } })),
    );
    const seen = await read(rollout);
    expect(seen).toMatchObject({ step: 2, pendingStep: null });
    expect(seen.verdicts.filter(({ verdict }: any) => verdict === 'CONTINUE')).toHaveLength(1);
    expect((await traffic(where)).traffic.lease.holderRevision).toBe(2);
  });

  it('ends by its policy where nobody comes', async () => {
    const rollout = await started(await place(), 'nobody', { steps: [step(0.1, { minMinutes: 1, maxMinutes: 30 })] });
    expect((await read(rollout)).evaluation.verdict).toBe('WAIT');
    own.clock.now = new Date(NOW.getTime() + 31 * 60_000);
    expect(await evaluated(rollout)).toMatchObject({ status: 'ROLLED_BACK' });
    own.clock.now = NOW;
    const held = await started(await place(), 'nobody-held', {
      steps: [step(0.1, { maxMinutes: 30 })],
      onExpiry: 'HOLD',
    });
    own.clock.now = new Date(NOW.getTime() + 31 * 60_000);
    expect(await evaluated(held)).toMatchObject({ status: 'RUNNING' });
    expect((await read(held)).verdicts[0]).toMatchObject({ verdict: 'HOLD' });
    own.clock.now = NOW;
  });

  it('is judged no more once somebody else has taken the traffic', async () => {
    const where = await place();
    const rollout = await started(where, 'taken');
    await changeTraffic(registry, person('developer'), 'rollback', { deployment: where.deployment });
    await vi.waitFor(async () => expect((await read(rollout)).leaseLostAt).toBe(NOW.toISOString()), {
      timeout: 20_000,
    });
    await bothArms(rollout, 1);
    expect(await evaluated(rollout)).toMatchObject({ status: 'RUNNING', step: 1 });
    expect(await act('abortRollout', { rollout: rollout.id, reason: 'taken' })).toMatchObject({
      status: 'ROLLED_BACK',
    });
  });

  it('compares with what answers now, or does not start', async () => {
    const where = await place();
    const { id } = await act('createRollout', planOf(where, 'moved'));
    await changeTraffic(registry, person('developer'), 'promoteRelease', {
      deployment: where.deployment,
      release: where.releases[1]!.id,
    });
    expect(await refusal('startRollout', { rollout: id })).toMatchObject({
      code: 'FAILED_PRECONDITION',
      release: where.releases[1]!.id,
    });
  });

  it('takes a plan by its name, and the margins of steps', async () => {
    const where = await place();
    const preset = { steps: undefined, preset: 'STAGED_5_20_50_100' };
    const { steps } = await act('createRollout', planOf(where, 'preset', preset));
    expect(steps.map(({ weight, minSamples }: any) => [weight, minSamples])).toEqual([
      [0.05, 10_000],
      [0.2, 50_000],
      [0.5, 100_000],
      [1, 0],
    ]);
    const guardrails = [{ metric: 'latency', margin: 3, marginKind: 'ABSOLUTE' }];
    expect(await act('createRollout', planOf(where, 'absolute', { guardrails }))).toMatchObject({
      guardrails: [{ margin: 3, marginKind: 'ABSOLUTE' }],
    });
    const margins = [{ metric: 'brier', margin: 0.001 }];
    const rollout = await started(where, 'strict', {
      steps: [step(0.1, { margins })],
      guardrails: [{ metric: 'brier' }],
    });
    await bothArms(rollout, 1, { score: 0.25 });
    expect((await read(rollout)).evaluation.findings).toMatchObject([{ accepted: 0.001, state: 'HARMED' }]);
    await act('abortRollout', { rollout: rollout.id, reason: 'seen' });
  });

  it.each([
    ['name', { name: 'two words' }],
    ['steps', { steps: undefined }],
    ['steps', { preset: 'STAGED_5_20_50_100' }],
    ['steps', { steps: [] }],
    ['steps.0.weight', { steps: [step(0.7)] }],
    ['steps.1.weight', { steps: [step(0.2), step(0.1)] }],
    ['steps.0.minSamples', { steps: [step(0.2, { minSamples: 3 })] }],
    ['steps.0.minMinutes', { steps: [step(0.2, { minMinutes: -1 })] }],
    ['steps.0.maxMinutes', { steps: [step(0.2, { minMinutes: 60, maxMinutes: 60 })] }],
    ['steps.0.bakeMinutes', { steps: [step(0.2, { bakeMinutes: -1 })] }],
    ['steps.0.margins', { steps: [step(0.2, { margins: [{ metric: 'none', margin: 1 }] })] }],
    ['guardrails', { guardrails: [] }],
    ['guardrails.0.metric', { guardrails: [{ metric: 'none' }] }],
    ['guardrails.0.metric', { guardrails: [{ metric: 'brier', revision: 7 }] }],
    ['guardrails.1.metric', { guardrails: [{ metric: 'brier' }, { metric: 'brier' }] }],
    ['guardrails.0.margin', { guardrails: [{ metric: 'brier', margin: -1 }] }],
    ['alpha', { alpha: 0.9 }],
    ['hashVersion', { hashVersion: 3 }],
    ['unit', { unit: ' ' }],
    ['candidate', { candidate: 'tiffin:default:model:x' }],
  ])('is not planned with a wrong %s', async (field, changes) => {
    shared ??= place();
    expect(await refusal('createRollout', planOf(await shared, 'wrong', changes))).toMatchObject({ field });
  });
  let shared: Promise<Deployed> | undefined;

  it('is found by its deployment, its version and its state, page by page', async () => {
    const where = await place();
    const first = await started(where, 'list-a');
    await act('createRollout', planOf(where, 'list-b'));
    const second = await started(await place(), 'list-c');
    const ask = async (query: string): Promise<any> => (await own.ask(query, {}, 'viewer')).data;
    const of = `deployment: "${where.deployment}"`;
    await expectPages(async (page) => (await ask(`{ rollouts(${of}, ${page}) ${PAGE} }`)).rollouts);
    expect((await ask(`{ rollouts(${of}, status: RUNNING) { edges { node { name } } } }`)).rollouts.edges).toEqual([
      { node: { name: 'list-a' } },
    ]);
    for (const one of [first, second]) {
      await vi.waitFor(async () => expect((await read(one)).modelVersions).toHaveLength(1), { timeout: 20_000 });
    }
    const entities = `{ _entities(representations: [{ __typename: "Deployment", id: "${where.deployment}" },
      { __typename: "ModelVersion", id: "${where.versions[1]}" }, { __typename: "Rollout", id: "${first.id}" }]) {
      ... on Deployment { rollouts(status: DRAFT) { edges { node { name } } } }
      ... on ModelVersion { rollouts(first: 100) { edges { node { name } } } } ... on Rollout { name } } }`;
    const linked = (type: string, id: string) => (page: string) =>
      ask(
        `{ _entities(representations: [{ __typename: "${type}", id: "${id}" }]) { ... on ${type} { rollouts(${page}) ${PAGE} } } }`,
      ).then(({ _entities: [found] }) => found.rollouts);
    await expectPages(linked('Deployment', where.deployment));
    await expectPages(linked('ModelVersion', where.versions[1]!));
    const drafts = await linked('ModelVersion', where.versions[1]!)('first: 100, status: DRAFT');
    expect(drafts.edges).toEqual([]);
    const [deployment, version, itself] = (await ask(entities))['_entities'];
    expect(deployment.rollouts.edges).toEqual([{ node: { name: 'list-b' } }]);
    expect(version.rollouts.edges.map(({ node }: any) => node.name)).toContain('list-a');
    expect(itself).toEqual({ name: 'list-a' });
  });
});

it('rollouts that wait for a person are in the inbox of developers', async () => {
  const waiting = async (page: string, ...roles: any[]): Promise<any> =>
    inboxIn((await own.ask(inboxQuery('rollouts', page), {}, ...roles)).data);
  const before = (await waiting('first: 100')).edges.length;
  for (const name of ['waits-a', 'waits-b']) {
    const { id } = await started(await place(), name);
    expect((await waiting('first: 100')).edges).toHaveLength(before + (name === 'waits-b' ? 1 : 0));
    await act('pauseRollout', { rollout: id, reason: 'a holiday' });
  }
  expect((await waiting('first: 100')).edges).toHaveLength(before + 2);
  await expectPages((page) => waiting(page));
  expect((await waiting('first: 100', 'viewer')).edges).toEqual([]);
});

describe('a subscription to rollouts', () => {
  const TOLD = `subscription ($id: ID, $after: String, $everySeconds: Int) {
    rolloutChanged(id: $id, after: $after, everySeconds: $everySeconds) { cursor revision
      rollout { id status step evaluation { verdict } verdicts(first: 1) { edges { node { verdict step } } } } } }`;
  const listen = (variables: Record<string, unknown>) =>
    listenTo(own.subgraph, TOLD, { actor: person('viewer'), secret: SECRET, variables });
  const next = async (listener: Listener): Promise<any> => {
    const { data, errors } = await listener.next();
    expect(errors).toBeUndefined();
    const { revision, rollout } = data.rolloutChanged;
    const [last] = rollout.verdicts.edges;
    return { ...rollout, revision, verdict: last && [last.node.step, last.node.verdict] };
  };

  it('tells each verdict that is kept, once, and how it goes on and ends', async () => {
    const where = await place();
    const other = await act('createRollout', planOf(where, 'told-first'), `${FIELDS} eventCursor`);
    const { id } = await act('createRollout', planOf(where, 'told-second'));
    const one = await listen({ id, after: 'experiment:0-0' });
    expect(await next(one)).toMatchObject({ id, status: 'DRAFT', revision: 1 });
    await act('startRollout', { rollout: id });
    expect(await next(one)).toMatchObject({ status: 'RUNNING', step: 1, evaluation: { verdict: 'WAIT' } });
    await evaluated({ id });
    let judged = await next(one);
    while (!judged.verdict) judged = await next(one);
    expect(judged).toMatchObject({ status: 'RUNNING', verdict: [1, 'WAIT'] });
    // It says the same again: nothing is told of it.
    await evaluated({ id });
    await act('abortRollout', { rollout: id, reason: 'told enough' });
    let last = await next(one);
    while (last.status === 'RUNNING') last = await next(one);
    expect(last).toMatchObject({ status: 'ROLLED_BACK', verdict: [1, 'WAIT'] });
    const told = await own.db.query<any>(
      `select event->'data'->>'verdict' as verdict, event->'data'->>'status' as status from outbox
       where urn = $1 order by revision`,
      [id],
    );
    expect(told.map(({ status, verdict }) => `${status} ${verdict}`)).toEqual(
      expect.arrayContaining(['DRAFT null', 'RUNNING null', 'RUNNING WAIT', 'ROLLED_BACK WAIT']),
    );
    expect(told.filter(({ verdict, status }) => verdict === 'WAIT' && status === 'RUNNING').length).toBeLessThan(3);
    const all = await listen({ after: 'experiment:0-0' });
    const seen = new Set<string>();
    while (!seen.has(other.id) || !seen.has(id)) seen.add((await next(all)).id);
  });

  it('tells how one that runs stands, as often as is asked', async () => {
    const { id } = await started(await place(), 'told-often');
    // It changes once more, when it hears which versions its releases run.
    await vi.waitFor(async () => expect((await read({ id })).modelVersions).toHaveLength(1), { timeout: 20_000 });
    const query = 'query ($id: ID!) { rollout(id: $id) { revision } }';
    const { revision } = (await own.ask(query, { id }, 'viewer')).data.rollout;
    const listener = await listen({ id, everySeconds: 1 });
    for (const _ of [1, 2]) expect(await next(listener)).toMatchObject({ id, revision, status: 'RUNNING' });
    for (const [variables, message] of [
      [{ everySeconds: 5 }, 'allowed: together with id'],
      [{ id, everySeconds: 0 }, 'allowed: 1 to 3600'],
    ] as const) {
      const [refused] = (await (await listen(variables)).next()).errors;
      expect(refused).toMatchObject({
        message: expect.stringContaining(message),
        extensions: { field: 'everySeconds' },
      });
    }
  });
});
