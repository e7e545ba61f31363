import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { hash } from '../../../core/assignment/hash.ts';
import type { Traffic } from '../../../schema/manifest.ts';
import { ShadowRecord } from '../../../schema/telemetry.ts';
import type { Engine } from '../../../edge/engines/engine.ts';
import type { FeatureReader } from '../../../edge/features/feature-reader.ts';
import { choose } from '../../../core/traffic/choose.ts';
import { isShadowed } from '../../../core/traffic/layer-kinds.ts';
import { releasesAnswering, shadowIn, type ShadowLayer } from '../../../core/traffic/layers.ts';
import { benchApp, type BenchApp, type BenchOptions } from '../support/bench-app.ts';
import { layout, model, recipe, release, type TestRelease } from '../support/release.ts';

const HOLDER = 'tiffin:default:shadow:challenger';
const path = '/v1/predict/fraud-decision';
const features = { user_txn__amount_24h: 3, user_txn__count_1h: 2 };
const body = { inputs: { user_id: 'u1', amount: 2 }, features };

const layerOf = (digest: string, change: Partial<ShadowLayer> = {}): ShadowLayer => ({
  kind: 'SHADOW',
  holder: HOLDER,
  holderRevision: 3,
  seed: 'seed',
  hashVersion: 2,
  unit: 'user_id',
  share: 1,
  release: digest,
  endsAt: null,
  ...change,
});
const shadowed =
  (change: Partial<ShadowLayer> = {}) =>
  ([primary, candidate]: readonly string[]): Traffic => [
    layerOf(candidate!, change),
    { kind: 'DEFAULT', release: primary! },
  ];

let bench: BenchApp;
afterEach(() => bench?.close());

/** The primary, and a candidate whose model is another one. */
async function pair(candidate: Parameters<typeof release>[0] = {}): Promise<TestRelease[]> {
  return [await release(), await release({ number: 2, model: model([-0.5, 0.25, -1, -2]), ...candidate })];
}

async function start(
  options: Partial<BenchOptions> & { readonly releases: readonly TestRelease[] },
): Promise<BenchApp> {
  return (bench = await benchApp({ traffic: shadowed(), ...options }));
}

/** Waits until nothing waits to be scored. */
async function scored(count: number): Promise<any[]> {
  for (let tries = 0; tries < 500; tries++) {
    const [counts] = bench.shadows.counts();
    if (counts && counts.chosen === count && counts.queued === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return (await bench.records()).filter(({ kind }) => kind === 'shadow').map(({ kind: _kind, ...record }) => record);
}
/** What an answer says, whenever it is given. */
const same = ({ id: _id, timings: _timings, ...rest }: any): unknown => rest;
const counts = () => bench.shadows.counts()[0];

describe('the shadow in traffic', () => {
  const [a, b] = ['a', 'b'].map((letter) => letter.repeat(64)) as [string, string];

  it('never decides, and is none of the releases that answer', () => {
    const traffic: Traffic = [layerOf(b), { kind: 'DEFAULT', release: a }];
    expect(choose(traffic, { unitOf: () => 'u1', meets: () => true }, 0)).toMatchObject({
      release: a,
      layer: 'DEFAULT',
      holder: null,
      bucket: null,
    });
    expect(releasesAnswering(traffic)).toEqual([a]);
    expect(shadowIn(traffic)?.release).toBe(b);
    expect(shadowIn([{ kind: 'DEFAULT', release: a }])).toBeUndefined();
  });

  it('holds every unit of a smaller share in a larger one, and takes about its share', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.double({ min: 0.0001, max: 1, noNaN: true }), (unit, share) => {
        const smaller = layerOf(b, { share });
        const larger = layerOf(b, { share: Math.min(1, share * 1.5) });
        expect(isShadowed(smaller, unit, 0)).toBe(hash('seed', unit, 2)! < share);
        if (isShadowed(smaller, unit, 0)) expect(isShadowed(larger, unit, 0)).toBe(true);
      }),
    );
    const taken = Array.from({ length: 10_000 }, (_, i) => isShadowed(layerOf(b, { share: 0.2 }), `u${i}`, 0));
    expect(taken.filter(Boolean).length / 10_000).toBeCloseTo(0.2, 1);
  });

  it('has no use for a request without a unit, and ends by itself', () => {
    const layer = layerOf(b, { endsAt: '2026-01-01T00:00:00Z' });
    const end = Date.parse('2026-01-01T00:00:00Z');
    expect([isShadowed(layer, 'u', end - 1), isShadowed(layer, 'u', end)]).toEqual([true, false]);
    expect([isShadowed(layer, null, 0), isShadowed(layer, '', 0)]).toEqual([false, false]);
  });
});

describe('a shadowed answer', () => {
  it('is the same as without the shadow, and is recorded with it afterwards', async () => {
    const releases = await pair();
    await start({ releases, traffic: ([primary]) => [{ kind: 'DEFAULT', release: primary! }] });
    const alone = (await bench.post(path, body)).body;
    await bench.close();
    await start({ releases });
    const { body: answer } = await bench.post(path, body);
    expect(same(answer)).toEqual(same(alone));

    const [record] = await scored(1);
    expect(ShadowRecord.parse(record)).toMatchObject({
      predictionId: answer.id,
      deployment: 'tiffin:default:deployment:fraud-decision@production',
      holder: HOLDER,
      holderRevision: 3,
      release: releases[1]!.digest,
      models: [{ version: 'tiffin:default:model-version:fraud@1', score: record.score }],
      failure: null,
      primary: { release: releases[0]!.digest, score: answer.score, decision: 'REVIEW' },
    });
    const logit = 0.125 - (0.5 * 2 - 0.25 * 3 + 1 * 2 + 2 * (2 / 4));
    expect(record.score).toBeCloseTo(1 / (1 + Math.exp(-logit)), 6);
    expect(record.decision).toBe('PASS');
    expect(Object.keys(record.timings)).toEqual(['wait', 'derive', 'model', 'total']);
    expect(counts()).toEqual({
      holder: HOLDER,
      holderRevision: 3,
      chosen: 1,
      recorded: 1,
      queued: 0,
      dropped: {},
      failed: {},
    });
    expect(bench.log.account()).toMatchObject({ answered: 1, queued: 1 });
    const { body: metrics } = await bench.get('/metrics');
    expect(metrics).toContain(`shadow_recorded_total{holder="${HOLDER}"} 1`);
  });

  it('bears the time of a replay', async () => {
    await start({ releases: await pair() });
    await bench.post(path, { ...body, at: '2001-02-12T10:00:00Z' });
    expect((await scored(1))[0].occurredAt).toBe('2001-02-12T10:00:00.000Z');
  });

  it('reads no feature a second time', async () => {
    let reads = 0;
    const reader: FeatureReader = {
      read: () => {
        reads++;
        const row = { value: 3, status: 'PRESENT', ageMs: 10 } as const;
        return Promise.resolve({
          source: 'STORE',
          features: new Map([
            ['user_txn__amount_24h', row],
            ['user_txn__count_1h', row],
          ]),
        });
      },
    };
    await start({ releases: await pair(), reader });
    await bench.post(path, { inputs: body.inputs });
    expect((await scored(1))[0].failure).toBeNull();
    expect(reads).toBe(1);
  });

  it.each([
    ['a share that leaves it out', { share: 0.0001 }, body],
    ['an end that has passed', { endsAt: '2020-01-01T00:00:00Z' }, body],
  ])('is not scored with %s', async (_, change, what) => {
    await start({ releases: await pair(), traffic: shadowed(change) });
    await bench.post(path, what);
    expect(counts()).toBeUndefined();
  });

  it('is not scored by the release that gave it', async () => {
    await start({
      releases: await pair(),
      traffic: ([primary, candidate]) => [
        { kind: 'VARIANT', field: 'note', releases: { b: candidate! } },
        layerOf(candidate!),
        { kind: 'DEFAULT', release: primary! },
      ],
    });
    await bench.post(path, { ...body, inputs: { ...body.inputs, note: 'b' } });
    expect(counts()).toBeUndefined();
    await bench.post(path, body);
    expect(await scored(1)).toHaveLength(1);
  });

  it('is not scored when a fallback gave it, nor when its record was sampled out', async () => {
    const fallback = { default: { kind: 'CONSTANT' as const, score: 0.5 } };
    const [, candidate] = await pair();
    await start({ releases: [await release({ recipe: { ...recipe, fallback } }), candidate!] });
    expect((await bench.post(path, { inputs: body.inputs })).body.fallback).not.toBeNull();
    expect(counts()).toBeUndefined();
    await bench.close();
    await start({ releases: [await release({ recipe: { ...recipe, logging: { sampleRate: 0 } } }), candidate!] });
    await bench.post(path, body);
    expect(counts()).toBeUndefined();
  });
});

describe('a pair without a score', () => {
  it('says that the shadow needs an input that the request lacks', async () => {
    const inputs = [...recipe.inputs, { name: 'country', dtype: 'STRING' as const }];
    await start({ releases: await pair({ recipe: { ...recipe, inputs } }) });
    await bench.post(path, body);
    expect(await scored(1)).toMatchObject([{ failure: 'INPUTS_MISSING', score: null, decision: null }]);
    expect(counts()).toMatchObject({ recorded: 1, failed: { INPUTS_MISSING: 1 } });
  });

  it('says that the answer did not read what the shadow needs: another version of a view is another feature', async () => {
    const [view] = layout.views;
    const next = {
      ...layout,
      views: [
        { ...view!, version: 2, features: view!.features.map((one) => ({ ...one, feature: `${one.feature}-2` })) },
      ],
    };
    const stored: FeatureReader = {
      read: () =>
        Promise.resolve({
          source: 'STORE',
          features: new Map([['user_txn__amount_24h', { value: 3, status: 'PRESENT' as const, ageMs: 10 }]]),
        }),
    };
    await start({ releases: await pair({ layout: next }), reader: stored });
    await bench.post(path, { inputs: body.inputs });
    expect(await scored(1)).toMatchObject([{ failure: 'FEATURES_NOT_READ' }]);
    await bench.post(path, body);
    expect((await scored(2)).at(-1), 'what the caller gives is what it is').toMatchObject({ failure: null });
  });

  it('judges age and defaults by the shadow’s own recipe', async () => {
    const old: FeatureReader = {
      read: () =>
        Promise.resolve({
          source: 'STORE',
          features: new Map([
            ['user_txn__amount_24h', { value: 3, status: 'PRESENT' as const, ageMs: 50_000 }],
            ['user_txn__count_1h', { value: 2, status: 'PRESENT' as const, ageMs: 50_000 }],
          ]),
        }),
    };
    const strict = { service: layout.service, maxAgeMs: { user_txn: 1_000 }, defaults: { user_txn__count_1h: 0 } };
    await start({ releases: await pair({ recipe: { ...recipe, features: strict } }), reader: old });
    await bench.post(path, { inputs: body.inputs });
    expect(await scored(1)).toMatchObject([{ failure: 'FEATURES_MISSING', primary: { decision: 'REVIEW' } }]);
    await bench.close();
    const lenient = { ...strict, defaults: { user_txn__count_1h: 0, user_txn__amount_24h: 1 } };
    await start({ releases: await pair({ recipe: { ...recipe, features: lenient } }), reader: old });
    await bench.post(path, { inputs: body.inputs });
    expect(await scored(1)).toMatchObject([{ failure: null }]);
  });
});

/** An engine that is at fault in some way: the port's, not the real one's. */
const engineThat = (run: Engine['run']): Engine => ({
  name: 'ort',
  run,
  retain: () => undefined,
  close: () => Promise.resolve(),
});
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a shadow at fault', () => {
  it('that fails is recorded as failing, and the answers go on', async () => {
    const engine = engineThat(() => Promise.reject(new Error('no memory')));
    await start({ releases: await pair(), shadows: { engine } });
    for (let i = 0; i < 3; i++) expect((await bench.post(path, body)).status).toBe(200);
    expect(await scored(3)).toMatchObject([{}, {}, {}].map(() => ({ failure: 'ENGINE_ERROR' })));
    expect(counts()).toMatchObject({ chosen: 3, recorded: 3, failed: { ENGINE_ERROR: 3 }, dropped: {} });
    expect(bench.faults).toEqual([]);
  });

  it('that is slow is cut off at its budget, one at a time; what waited too long is dropped', async () => {
    let atOnce = 0;
    let most = 0;
    const engine = engineThat(async () => {
      most = Math.max(most, ++atOnce);
      // An answer in the turn in which the budget ends still counts: far longer than any pause of the machine.
      await sleep(1_000);
      atOnce--;
      return {};
    });
    await start({ releases: await pair(), shadows: { engine, budgetMs: 60 } });
    const answers = await Promise.all(Array.from({ length: 5 }, () => bench.post(path, body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await scored(5)).toMatchObject([{ failure: 'OVERRUN' }]);
    expect(counts()).toMatchObject({ chosen: 5, recorded: 1, dropped: { OVERRUN: 4 } });
    expect(most).toBe(1);
  });

  it('never lets more wait than its queue holds, and accounts for every answer it was chosen for', async () => {
    const gate = Promise.withResolvers<void>();
    const engine = engineThat(async () => {
      await gate.promise;
      throw new Error('late');
    });
    await start({ releases: await pair(), shadows: { engine, mostQueued: 4 } });
    for (let i = 0; i < 20; i++) expect((await bench.post(path, body)).status).toBe(200);
    expect(counts()).toMatchObject({ chosen: 20, recorded: 0, queued: 5, dropped: { QUEUE_FULL: 15 } });
    expect((await bench.get('/metrics')).body).toContain(
      `shadow_dropped_total{holder="${HOLDER}",reason="QUEUE_FULL"} 15`,
    );
    gate.resolve();
    expect(await scored(20)).toHaveLength(5);
  });

  it('whose release is not ready, or too slow to begin with, is counted and not begun', async () => {
    await start({ releases: await pair(), p99Ms: 50, shadows: { budgetMs: 20 } });
    await bench.post(path, body);
    expect(counts()).toMatchObject({ chosen: 1, dropped: { ADMISSION_REFUSED: 1 } });
    expect((await bench.get('/metrics')).body).toMatch(/^shadow_ready\{holder=.*\} 1$/m);
    await bench.close();
    await start({ releases: await pair(), traffic: ([primary]) => shadowed()([primary!, 'f'.repeat(64)]) });
    await bench.post(path, body);
    expect(counts()).toMatchObject({ chosen: 1, dropped: { NOT_READY: 1 } });
    expect((await bench.get('/metrics')).body).toContain(
      `shadow_ready{holder="${HOLDER}",release="${'f'.repeat(64)}"} 0`,
    );
  });

  it('takes no room in the log from predictions', async () => {
    await start({ releases: await pair(), log: { maxRecords: 8 } });
    for (let i = 0; i < 8; i++) {
      await bench.post(path, body);
      await scored(i + 1);
    }
    expect(bench.log.account()).toMatchObject({ answered: 8, queued: 8, dropped: {} });
    expect(counts()).toMatchObject({ chosen: 8, recorded: 2, dropped: { LOG_FULL: 6 } });
    await bench.post(path, body);
    expect(bench.log.account().dropped).toEqual({ QUEUE_FULL: 1 });
    expect(counts(), 'no pair without its prediction').toMatchObject({ chosen: 8 });
  });

  it('gives up what waits when the node stops, and says so', async () => {
    const engine = engineThat(() => new Promise(() => undefined));
    await start({ releases: await pair(), shadows: { engine } });
    for (let i = 0; i < 3; i++) await bench.post(path, body);
    await bench.shadows.stop(50);
    await bench.post(path, body);
    expect(counts()).toMatchObject({ chosen: 4, recorded: 0, dropped: { STOPPED: 3 }, queued: 1 });
  });
});
