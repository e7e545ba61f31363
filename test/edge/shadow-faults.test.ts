import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Traffic } from '../../schema/manifest.ts';
import type { ShadowCounts } from '../../schema/telemetry.ts';
import { WorkerEngine } from '../../edge/adapters/node/worker-engine.ts';
import { TestControlPlane } from './support/control-plane.ts';
import { edgePlace, edgeProcess, get, post, until, type EdgePlace, type EdgeProcess } from './support/edge-process.ts';
import { heavyModel, model, release, type TestRelease } from './support/release.ts';

const HOLDER = 'tiffin:default:shadow:challenger';
const path = '/v1/predict/fraud-decision';
const given = { user_txn__amount_24h: 1, user_txn__count_1h: 1 };
const bodyOf = (user: string): unknown => ({ inputs: { user_id: user, amount: 1 }, features: given });

let control: TestControlPlane;
let place: EdgePlace;
let edge: EdgeProcess | undefined;

beforeEach(async () => {
  control = await TestControlPlane.start();
  place = edgePlace(control);
});
afterEach(async () => {
  await edge?.stop();
  edge = undefined;
  await control.down();
  place.remove();
});

const shadowed = (primary: TestRelease, candidate: TestRelease, share = 1): Traffic => [
  {
    kind: 'SHADOW',
    holder: HOLDER,
    holderRevision: 1,
    seed: 'seed',
    hashVersion: 2,
    unit: 'user_id',
    share,
    release: candidate.digest,
    endsAt: null,
  },
  { kind: 'DEFAULT', release: primary.digest },
];

/** An edge in a process of its own that answers by one release and shadows it by another. */
async function start(candidate: TestRelease, change: Record<string, string> = {}): Promise<TestRelease> {
  if (Object.keys(change).length > 0) {
    place.remove();
    place = edgePlace(control, change);
  }
  const primary = await release();
  await control.publish([primary], { traffic: shadowed(primary, candidate) });
  edge = await edgeProcess(place);
  await until('it is ready', async () => (await post(edge!.url, path, {})).status === 422);
  return primary;
}

const counts = (): ShadowCounts | undefined => control.heartbeats.at(-1)?.shadows?.counts[0];
const settled = (chosen: number): Promise<ShadowCounts> =>
  until(`${chosen} are accounted for`, () => {
    const own = counts();
    return own?.chosen === chosen && own.queued === 0 && own;
  });
/** Answers until the shadow is at work, and accounts for all of them; so many were chosen. */
async function warm(candidate: TestRelease, before = 0): Promise<number> {
  control.addBlobs(candidate);
  let chosen = before;
  await until('the shadow is ready', async () => {
    await post(edge!.url, path, bodyOf('warm'));
    chosen++;
    return control.shadows.size > 0;
  });
  await settled(chosen);
  return chosen;
}

async function times(url: string, count: number): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) {
    const before = performance.now();
    expect((await post(url, path, bodyOf(`u${i}`))).status).toBe(200);
    all.push(performance.now() - before);
  }
  return all.toSorted((a, b) => a - b);
}
/** What an answer says, whenever it is given. */
const same = ({ id: _id, timings: _timings, ...rest }: any): unknown => rest;
const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)]!;

describe('a shadow in a real edge', { timeout: 60_000 }, () => {
  it('is shipped with the answers, each pair once, whatever happens to the batches', async () => {
    const candidate = await release({ number: 2, model: model([-0.5, 0.25, -1, -2]) });
    await start(candidate);
    const before = await warm(candidate);
    control.faults.telemetry = 'STORE_AND_CUT';
    const ids: string[] = [];
    for (let i = 0; i < 20; i++) ids.push((await post(edge!.url, path, bodyOf(`u${i}`))).body.id);
    await until('it was tried', () => control.requests.filter((one) => one.endsWith('/predictions')).length > 3);
    control.faults.telemetry = 'TAKE';
    await until('all pairs have arrived', () => {
      const pairs = [...control.shadows.values()].map(({ predictionId }) => predictionId);
      return ids.every((id) => pairs.includes(id));
    });
    expect(control.invalid).toEqual([]);
    const pairs = [...control.shadows.values()];
    expect(new Set(pairs.map(({ predictionId }) => predictionId)).size).toBe(pairs.length);
    for (const { predictionId, primary, score } of pairs) {
      const answer = control.stored.get(predictionId)!;
      expect(primary).toEqual({
        release: answer.release,
        score: answer.score,
        decision: answer.decision,
      });
      expect(score).not.toBe(answer.score);
    }
    expect((await settled(before + 20)).dropped['QUEUE_FULL']).toBeUndefined();
  });

  it('survives the death of its process: what was recorded arrives', async () => {
    const candidate = await release({ number: 2, model: model([-0.5, 0.25, -1, -2]) });
    await start(candidate);
    const before = await warm(candidate);
    control.faults.telemetry = 'REFUSE_500';
    for (let i = 0; i < 10; i++) await post(edge!.url, path, bodyOf(`u${i}`));
    const { recorded, dropped } = await settled(before + 10);
    await edge!.kill();
    control.faults.telemetry = 'TAKE';
    edge = await edgeProcess(place);
    await until('they have arrived', () => control.shadows.size >= recorded);
    expect(control.shadows.size + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(before + 10);
  });

  it('neither changes nor delays answers when it takes long', async () => {
    const candidate = await release({ number: 2, model: heavyModel(768) });
    const primary = await release();
    await control.publish([primary]);
    edge = await edgeProcess(place);
    await until('it is ready', async () => (await post(edge!.url, path, {})).status === 422);
    await times(edge.url, 50);
    const alone = await times(edge.url, 100);
    const without = same((await post(edge.url, path, bodyOf('u1'))).body);

    await control.publish([primary], { traffic: shadowed(primary, candidate) });
    control.addBlobs(candidate);
    await until('the shadow is at work', async () => {
      await post(edge!.url, path, bodyOf('warm'));
      return control.shadows.size > 0;
    });
    const beside = await times(edge.url, 100);
    expect(same((await post(edge.url, path, bodyOf('u1'))).body)).toEqual(without);
    const { chosen, recorded, dropped } = await until('all are accounted for', () => {
      const own = counts();
      return own && own.chosen > 100 && own.queued === 0 && own;
    });
    expect(Object.keys(dropped).filter((reason) => !['NOT_READY', 'OVERRUN'].includes(reason))).toEqual([]);
    expect(recorded + Object.values(dropped).reduce((sum, count) => sum + count, 0)).toBe(chosen);
    const runs = [...control.shadows.values()].flatMap(({ timings }) => timings['model'] ?? []);
    const runMs = median(runs.toSorted((a, b) => a - b));
    expect(runMs, 'the shadow is slow enough for a difference to show').toBeGreaterThan(3 * median(alone));
    // In the thread of the answers each one would wait for a run of the shadow.
    expect(median(beside)).toBeLessThan(runMs / 2);
  });

  it('that cannot be had holds nothing up, is reported, and is taken up once it can', async () => {
    const candidate = await release({ number: 2, model: model([-0.5, 0.25, -1, -2]) });
    await start(candidate);
    for (let i = 0; i < 5; i++) expect((await post(edge!.url, path, bodyOf(`u${i}`))).status).toBe(200);
    const { dropped } = await settled(5);
    expect(dropped).toEqual({ NOT_READY: 5 });
    expect(control.heartbeats.at(-1)!.deployments[0]).toMatchObject({ refused: null });
    expect((await get(edge!.url, '/metrics')).body).toContain('manifest_refused_total{reason="SHADOW"}');
    await warm(candidate, 5);
    expect([...control.shadows.values()][0]!.failure).toBeNull();
  });

  it('whose golden rows do not come out is never run', async () => {
    const candidate = await release({
      number: 2,
      golden: (await release({ model: model([9, 9, 9, 9]) })).document.models[0]!.golden,
    });
    control.addBlobs(candidate);
    await start(candidate);
    await post(edge!.url, path, bodyOf('u1'));
    expect((await settled(1)).dropped).toEqual({ NOT_READY: 1 });
    expect(control.shadows.size).toBe(0);
  });
});

describe('the engine in a thread of its own', () => {
  const bytes = heavyModel();
  const inputs = { features: { dtype: 'float32', shape: [1, 4], data: new Float32Array(4) } } as const;

  it('gives up a run at its limit, with its thread, and takes the next one', async () => {
    const engine = new WorkerEngine(async () => bytes, { limitMs: 1 });
    await expect(engine.run('slow', inputs, ['score'])).rejects.toMatchObject({ code: 'TIMEOUT' });
    await engine.close();
    const patient = new WorkerEngine(async () => bytes, { limitMs: 20_000 });
    const { score } = await patient.run('slow', inputs, ['score']);
    expect(score!.data).toHaveLength(1);
    await expect(patient.run('slow', { wrong: inputs.features })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await patient.close();
    await expect(patient.run('slow', inputs, ['score'])).resolves.toMatchObject({ score: { dtype: 'float32' } });
    await patient.close();
  });

  it('goes on with its other models after a thread was lost, and never counts the wait for another one', async () => {
    const models: Record<string, Uint8Array> = { slow: heavyModel(768, 200), quick: model() };
    const engine = new WorkerEngine(async (digest) => models[digest]!, { limitMs: 1_500 });
    await engine.run('quick', inputs);
    const [lost, ...others] = await Promise.allSettled([
      engine.run('slow', inputs),
      engine.run('quick', inputs),
      engine.run('quick', inputs),
    ]);
    expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'TIMEOUT' } });
    expect(others.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    await engine.close();
  });

  it('runs models that it was given and forgets those that it need not keep', async () => {
    let loads = 0;
    const engine = new WorkerEngine(
      async () => {
        loads++;
        return model();
      },
      { limitMs: 20_000 },
    );
    await engine.run('one', inputs);
    await engine.run('one', inputs);
    expect(loads).toBe(1);
    engine.retain(new Set(['one']));
    await engine.run('one', inputs);
    expect(loads).toBe(1);
    engine.retain(new Set());
    await engine.run('one', inputs);
    expect(loads).toBe(2);
    await engine.close();
  });

  it('tells of a model that cannot be had, and tries again', async () => {
    let there = false;
    const engine = new WorkerEngine(() => (there ? Promise.resolve(model()) : Promise.reject(new Error('not here'))), {
      limitMs: 20_000,
    });
    await expect(engine.run('one', inputs)).rejects.toThrow('not here');
    there = true;
    await expect(engine.run('one', inputs)).resolves.toMatchObject({ score: { shape: [1, 1] } });
    await engine.close();
  });
});
