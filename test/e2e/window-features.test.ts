import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInstall, type Install } from '../support/install.ts';
import { logisticModel } from '../support/onnx-models.ts';
import { approvedVersion, ask, change, eventually, predict, released, writeParquet } from '../support/story.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** All happened some days ago, to the minute: predictions are asked for as of moments since. */
const START = Math.floor((Date.now() - 10 * DAY) / DAY) * DAY + 10 * HOUR + 2 * MINUTE;
const iso = (ms: number): string => new Date(ms).toISOString();

const seconds = (ms: number): number => ms / 1_000;
const network = { through: 'device_id', windowSeconds: seconds(DAY), limit: 20 };
const FEATURES = [
  { name: 'n_1h', window: { function: 'COUNT', windowSeconds: seconds(HOUR) } },
  { name: 'sum_1h', column: 'amount', window: { function: 'SUM', windowSeconds: seconds(HOUR) } },
  { name: 'others_24h', network: { ...network, function: 'OTHERS' } },
  {
    name: 'bad_24h',
    network: {
      ...network,
      function: 'BAD_OTHERS',
      bad: { column: 'label', oneOf: ['fraud'], windowSeconds: seconds(90 * DAY) },
    },
  },
];
const COLUMNS = FEATURES.map(({ name }) => `card_txn__${name}`);
const WEIGHTS = [0.1, 0.001, 0.2, 0.5];
const BIAS = -1;
const scoreOf = (values: readonly number[]): number =>
  1 / (1 + Math.exp(-values.reduce((sum, value, i) => sum + value * WEIGHTS[i]!, BIAS)));

/** Events pushed to windows and networks, and what an edge answers by them, by public doors alone. */
describe('predictions by windows and networks', { timeout: 90_000 }, () => {
  let install: Install;

  beforeAll(async () => {
    install = await startInstall({
      env: { TIFFIN_SOURCE_DIRS: tmpdir(), TIFFIN_EDGE_POLL_MS: '100', TIFFIN_EDGE_HEARTBEAT_MS: '200' },
    });
    const path = join(install.dataDir, 'txn.parquet');
    await writeParquet(
      path,
      `select 'nobody' as card_id, 'none' as txn_id, timestamptz '2020-01-01 00:00:00Z' as happened, 1.0::double as amount,
         'none' as device_id, 'fine' as label`,
    );
    const define = (name: string, input: object) => change(install, 'developer', name, input, '{ eventCursor }');
    await define('defineEntity', { name: 'card', joinKeys: [{ name: 'card_id', dtype: 'STRING' }] });
    await define('defineSource', { name: 'txn', path, eventColumn: 'happened' });
    await define('defineFeatureView', {
      name: 'card_txn',
      entity: 'card',
      source: 'txn',
      ttlSeconds: 0,
      eventIdColumn: 'txn_id',
      features: FEATURES,
    });
    await define('defineFeatureService', { name: 'fraud', views: [{ view: 'card_txn' }] });
    await serve();
  }, 120_000);
  afterAll(() => install?.stop());

  async function serve(): Promise<void> {
    const { endpoint } = await change(install, 'developer', 'createEndpoint', { name: 'fraud' }, '{ endpoint { id } }');
    const place = { endpoint: endpoint.id, environment: 'production' };
    const { deployment } = await change(install, 'developer', 'createDeployment', place, '{ deployment { id } }');
    const version = await approvedVersion(install, logisticModel({ features: 4, weights: WEIGHTS, bias: BIAS }), {
      model: 'fraud',
    });
    const rule = (name: string, when: string, action: string) => ({
      name,
      when,
      action,
      confidence: 0.9,
      reason: name,
    });
    const recipe = {
      inputs: [{ name: 'card', dtype: 'STRING' }],
      entities: [{ joinKey: 'card_id', input: 'card' }],
      features: { service: 'fraud@1' },
      models: [{ version, inputs: [{ tensor: 'features', columns: COLUMNS }], score: { tensor: 'score' } }],
      output: {},
      rules: [
        rule('ring', 'card_txn__others_24h >= 9', 'DECLINE'),
        rule('velocity', 'card_txn__n_1h >= 5', 'REVIEW'),
        rule('rest', 'true', 'APPROVE'),
      ],
      budgets: { featuresMs: 5_000, totalMs: 10_000 },
    };
    const release = await released(install, { deployment: deployment.id, recipe });
    const promotion = { deployment: deployment.id, release: release.id, reason: 'it reads windows' };
    await change(install, 'developer', 'promoteRelease', promotion, '{ applied }');
    await eventually(async () =>
      expect((await install.call(`${install.edgeUrl}/v2/models/fraud/ready`)).status).toBe(200),
    );
  }

  interface Sent {
    readonly card: string;
    readonly id: string;
    readonly ms: number;
    readonly amount?: number;
    readonly device?: string;
    readonly label?: string;
  }

  async function push(events: readonly Sent[]): Promise<void> {
    const answer = await install.client().features.push({
      view: 'card_txn',
      rows: events.map(({ card, id, ms, amount = null, device = null, label = null }) => ({
        entity: { card_id: card },
        eventId: id,
        eventTime: iso(ms),
        values: { amount, device_id: device, label },
      })),
    });
    expect(answer).toMatchObject({ accepted: events.length, rejected: [] });
  }

  /** Asks the edge as of a moment; what its record in the graph says must be the same. */
  async function decided(card: string, ms: number | null, values: readonly number[]): Promise<string> {
    const { status, body } = await predict(install, 'fraud', { inputs: { card }, ...(ms !== null && { at: iso(ms) }) });
    const where = `${card} at ${ms === null ? 'now' : iso(ms)}`;
    expect(status, `${where}: ${JSON.stringify(body)}`).toBe(200);
    expect(body, where).toMatchObject({ fallback: null, score: expect.closeTo(scoreOf(values), 6) });
    for (const column of COLUMNS) expect(body.features[column], where).toMatchObject({ status: 'PRESENT', ageMs: 0 });
    const query = `query ($id: ID!) { prediction(id: $id) { score decision reason occurredAt features { name number status ageMs } } }`;
    const id = `tiffin:default:prediction:${body.id}`;
    const record = await eventually(async () => {
      const found = await ask(install, 'viewer', query, { id });
      expect(found).not.toBeNull();
      return found;
    });
    expect(record, where).toMatchObject({ score: body.score, decision: body.decision, reason: body.reason });
    if (ms !== null) expect(record.occurredAt).toBe(iso(ms));
    const read = new Map<string, any>(record.features.map((one: any) => [one.name, one]));
    expect(
      COLUMNS.map((column) => read.get(column)),
      where,
    ).toMatchObject(values.map((number) => ({ number, status: 'PRESENT', ageMs: 0 })));
    return `${body.decision} ${body.reason}`;
  }

  it('are right to the hop for five payments in ten minutes, and again when the hour has passed', async () => {
    const times = [0, 1, 2, 3, 4].map((i) => START + i * 150_000);
    const amounts = [10, 20.5, 30, 40.25, 50];
    await push(times.map((ms, i) => ({ card: 'five', id: `five ${i}`, ms, amount: amounts[i]! })));
    // Events of [tail, t), the tail on a multiple of five minutes.
    const expected = (ms: number): number[] => {
      const tail = Math.floor((ms - HOUR) / (5 * MINUTE)) * 5 * MINUTE;
      const inside = amounts.filter((_, i) => times[i]! >= tail && times[i]! < ms);
      return [inside.length, inside.reduce((sum, one) => sum + one, 0), 0, 0];
    };
    const last = times[4]!;
    const leaving = Math.ceil(START / (5 * MINUTE)) * 5 * MINUTE + HOUR;
    const moments = [
      last,
      last + 1,
      ...[0, 1, 2, 3].flatMap((i) => [leaving + i * 5 * MINUTE - 1, leaving + i * 5 * MINUTE]),
    ];
    const seen: string[] = [];
    for (const ms of moments) {
      const [n, ...rest] = expected(ms);
      seen.push(`${n}: ${await decided('five', ms, [n!, ...rest])}`);
    }
    expect(new Set(seen)).toEqual(
      new Set(['4: APPROVE rest', '5: REVIEW velocity', '3: APPROVE rest', '1: APPROVE rest', '0: APPROVE rest']),
    );
    // Now, by the clock of the feature server: the hour is long past.
    expect(await decided('five', null, [0, 0, 0, 0])).toBe('APPROVE rest');
  });

  it('decline a ring of ten cards on one device, and let the same card pass a week later', async () => {
    const ring = Array.from({ length: 10 }, (_, i) => `ring ${i}`);
    await push(
      ring.slice(0, 9).map((card, i) => ({ card, id: card, ms: START + i * MINUTE, amount: 1, device: 'phone' })),
    );
    const before = START + 9 * MINUTE;
    expect(await decided('ring 0', before, [1, 1, 8, 0])).toBe('APPROVE rest');
    await push([{ card: 'ring 9', id: 'ring 9', ms: before, amount: 1, device: 'phone' }]);
    expect(await decided('ring 0', before + 1, [1, 1, 9, 0])).toBe('DECLINE ring');
    await push([{ card: 'ring 3', id: 'chargeback', ms: before + 1, label: 'fraud' }]);
    expect(await decided('ring 9', before + 2, [1, 1, 9, 1])).toBe('DECLINE ring');
    const later = START + 7 * DAY;
    await push([{ card: 'ring 0', id: 'later', ms: later, amount: 2, device: 'phone' }]);
    expect(await decided('ring 0', later + 1, [1, 2, 0, 0])).toBe('APPROVE rest');
  });
});
