import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { bundleWorker, FLAVOURS, type Bundle, type Flavour } from '../../edge/adapters/bundle/workerd.ts';
import type { RunningEdge } from '../../edge/adapters/node/main.ts';
import type { FeatureSnapshot } from '../../schema/feature-snapshot.ts';
import type { ModelInRelease } from '../../schema/release.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestControlPlane } from './support/control-plane.ts';
import { edgeHere, edgePlace, get, post, until } from './support/edge-process.ts';
import { layout, release, sha256, type TestRelease } from './support/release.ts';
import { startWorker, type RunningWorker, type WorkerPlace } from './support/worker.ts';

const path = '/v1/predict/fraud-decision';
const bodyOf = (i: number) => ({
  inputs: { user_id: `u${i}`, amount: i * 1.37 - 20 },
  features: { user_txn__amount_24h: i ** 2 / 7, user_txn__count_1h: i % 5 },
});
const BODIES = Array.from({ length: 60 }, (_, i) => bodyOf(i));
const KB = 1_024;

let bundles: Record<Flavour, Bundle>;
let control: TestControlPlane;
let folder: string;
let worker: RunningWorker | undefined;
let edge: RunningEdge | undefined;

beforeAll(async () => {
  const root = temporaryFolder('bundles');
  const made = await Promise.all(
    FLAVOURS.map(async (flavour) => [flavour, await bundleWorker(flavour, join(root, flavour))]),
  );
  bundles = Object.fromEntries(made);
});
beforeEach(async () => {
  control = await TestControlPlane.start();
  folder = temporaryFolder('worker');
});
afterEach(async () => {
  await worker?.end();
  await edge?.stop();
  worker = edge = undefined;
  await control.down();
});

const start = async (flavour: Flavour, change: Partial<WorkerPlace> = {}): Promise<RunningWorker> => {
  await worker?.end();
  return (worker = await startWorker({
    folder,
    bundle: bundles[flavour],
    controlUrl: control.url,
    trusted: { [control.signer.keyId]: control.signer.publicKey },
    ...change,
  }));
};
const publish = async (proofs: Readonly<Record<string, 'EXACT'>>): Promise<TestRelease> => {
  const made = await release({ proofs });
  const [only, second] = Object.keys(proofs);
  await control.publish([made], { entry: { requires: second === undefined ? [`engine:${only}`] : [] } });
  return made;
};
const decisionOf = ({ score, decision, release: digest, models }: any) => ({ score, decision, digest, models });
const decisionsAt = async (url: string): Promise<object[]> => {
  const answers: object[] = [];
  for (const body of BODIES) answers.push(decisionOf((await post(url, path, body)).body));
  return answers;
};
const account = () => control.heartbeats.at(-1)?.counts;
const settled = (count: number): Promise<unknown> =>
  until(`${count} are accounted for`, async () => {
    await worker?.runScheduled();
    const { answered, queued } = account() ?? {};
    return answered === count && queued === 0;
  });

it('the bundles keep to their sizes', () => {
  const { lite, full } = bundles;
  const kb = (bytes: number): string => `${(bytes / KB).toFixed(1)} KB gzip`;
  console.info(
    `lite ${kb(lite.scriptGzipBytes)}; full ${kb(full.scriptGzipBytes)} and ${kb(full.wasmGzipBytes)} of WebAssembly`,
  );
  expect(lite.scriptGzipBytes).toBeLessThan(60 * KB);
  expect(lite.wasmGzipBytes).toBe(0);
  // What a paid plan takes, compressed.
  expect(full.scriptGzipBytes + full.wasmGzipBytes).toBeLessThan(10 * KB * KB);
});

describe('a worker answers as Node does, to the last bit', () => {
  it.each<[Flavour, 'tabular' | 'ort']>([
    ['lite', 'tabular'],
    ['full', 'tabular'],
    ['full', 'ort'],
  ])('%s, %s', async (flavour, engine) => {
    await publish({ [engine]: 'EXACT' });
    edge = await edgeHere(edgePlace(control, { TIFFIN_EDGE_NODE: 'on-node', TIFFIN_EDGE_ENGINE: engine }));
    await until('Node serves', async () => (await post(edge!.url, path, bodyOf(1))).status === 200);
    const { url } = await start(flavour);
    const answers = await decisionsAt(url);
    expect(answers).toEqual(await decisionsAt(edge.url));
    expect(answers[0]).toMatchObject({ models: [{ engine }] });
    const tensors = { inputs: [{ name: 'features', shape: [2, 4], datatype: 'FP32', data: [1, 2, 3, 4, 5, 6, 7, 8] }] };
    if (flavour === 'lite') return;
    const outputsAt = async (at: string) => (await post(at, '/v2/models/fraud-decision/infer', tensors)).body.outputs;
    expect(await outputsAt(url)).toEqual(await outputsAt(edge.url));
  });
});

describe('a worker', () => {
  it('that starts under load answers all who wait for it, each once', async () => {
    await publish({ tabular: 'EXACT' });
    const { url } = await start('lite');
    const answers = await Promise.all(BODIES.map((body) => post(url, path, body)));
    expect(answers.map(({ status }) => status)).toEqual(BODIES.map(() => 200));
    await settled(BODIES.length);
    expect(new Set(control.stored.keys())).toEqual(new Set(answers.map(({ body }) => body.id)));
    const seqs = [...control.stored.values()].map(({ seq }) => seq).sort((a, b) => a - b);
    expect(seqs).toEqual(BODIES.map((_, i) => i));
    expect(control.invalid).toEqual([]);
  });

  it('keeps the rows of a batch, measures what waits alone, and says on what it runs', async () => {
    await publish({ tabular: 'EXACT' });
    const { url } = await start('lite');
    const { body } = await post(url, `${path}/batch`, { rows: BODIES });
    expect(body).toMatchObject({ answered: BODIES.length, failed: 0 });
    for (const { timings } of body.rows)
      expect(Object.keys(timings).filter((stage) => !['features', 'log'].includes(stage))).toEqual([]);
    await settled(BODIES.length);
    expect(new Set(control.stored.keys())).toEqual(new Set(body.rows.map(({ id }: any) => id)));
    expect(control.heartbeats.at(-1)).toMatchObject({ node: 'cdn-1', runtime: 'workerd' });
  });

  it('whose object and process die goes on where it was, with the account of before', async () => {
    await publish({ tabular: 'EXACT' });
    let { url } = await start('lite');
    const before = await decisionsAt(url);
    const epoch = await until('a heartbeat', async () => {
      await worker?.runScheduled();
      return control.heartbeats.at(-1)?.epoch;
    });
    await control.down();
    ({ url } = await start('lite'));
    expect(await decisionsAt(url)).toEqual(before);
    await control.up();
    await settled(2 * BODIES.length);
    expect(control.heartbeats.at(-1)).toMatchObject({ epoch });
    expect(control.stored.size).toBe(2 * BODIES.length);
  });

  it('accepts no older manifest than before, in whichever process', async () => {
    const old = await publish({ tabular: 'EXACT' });
    const held = control.envelope;
    const newer = await release({ number: 2, proofs: { tabular: 'EXACT' } });
    await control.publish([newer], { entry: { requires: [] } });
    const releaseAt = async (url: string): Promise<string> => (await post(url, path, bodyOf(1))).body.release;
    expect(await releaseAt((await start('full')).url)).toBe(newer.digest);
    control.faults.envelope = held;
    const { url } = await start('full');
    expect(await releaseAt(url)).toBe(newer.digest);
    await worker?.runScheduled();
    expect(await releaseAt(url)).toBe(newer.digest);
    expect((await get(url, '/metrics')).body).toContain('manifest_refused_total{reason="REPLAYED"}');
    expect(old.digest).not.toBe(newer.digest);
  });

  it('without any binding answers and sends its records, and needs the control plane to start', async () => {
    await publish({ tabular: 'EXACT' });
    const { url } = await start('lite', { bindings: [] });
    const answers = [];
    for (const body of BODIES) answers.push((await post(url, path, body)).body.id);
    await until('all is stored', () => control.stored.size === BODIES.length);
    expect(new Set(control.stored.keys())).toEqual(new Set(answers));
    await control.down();
    const alone = await start('lite', { bindings: [], folder: temporaryFolder('worker') });
    expect((await post(alone.url, path, bodyOf(1))).status).toBe(503);
    expect((await get(alone.url, '/readyz')).status).toBe(503);
  });

  it.each<[string, readonly ('TIFFIN_QUEUE' | 'TIFFIN_RECORDS')[]]>([
    ['alone', ['TIFFIN_QUEUE']],
    ['beside an object', ['TIFFIN_QUEUE', 'TIFFIN_RECORDS']],
  ])('with a queue %s hands its records over, which reach monitoring however that fails', async (_, bindings) => {
    await publish({ tabular: 'EXACT' });
    control.faults.telemetry = 'REFUSE_500';
    const { url } = await start('lite', { bindings });
    const { body } = await post(url, `${path}/batch`, { rows: BODIES });
    const ids = new Set<string>(body.rows.map(({ id }: any) => id));
    const outcome = {
      id: crypto.randomUUID(),
      predictionId: [...ids][0]!,
      value: 1,
      occurredAt: new Date().toISOString(),
    };
    expect((await post(url, '/v1/outcomes', { outcomes: [outcome] })).status).toBe(202);
    for (const storm of ['STORE_AND_CUT', 'ACK_NONE', 'REORDER'] as const) {
      control.faults.telemetry = storm;
      const before = control.requests.length;
      const isTried = (): boolean => control.requests.slice(before).some((one) => one.includes('/v1/predictions'));
      if (storm !== 'REORDER') await until('it is tried', isTried, 20_000);
    }
    await until('all is stored', () => control.stored.size === ids.size && control.outcomes.size === 1, 60_000);
    expect(new Set(control.stored.keys())).toEqual(ids);
    expect(new Set([...control.stored.values()].map(({ seq }) => seq)).size).toBe(ids.size);
    // What the node has handed over it counts as queued, and monitoring as stored once it is there.
    await until('a heartbeat', async () => {
      await worker?.runScheduled();
      return account()?.answered === ids.size;
    });
    expect(account()).toEqual({ answered: ids.size, queued: ids.size, acked: 0, sampledOut: 0, dropped: {} });
    expect(control.invalid).toEqual([]);
  });

  it('has the features of chosen entities while nobody can be asked, in whichever process', async () => {
    const document: FeatureSnapshot = {
      format: 1,
      service: layout.service,
      readAt: new Date().toISOString(),
      names: ['user_txn__amount_24h', 'user_txn__count_1h'],
      entities: [{ user: 'u1' }],
      values: [[7, 2]],
      statuses: [['PRESENT', 'PRESENT']],
      agesMs: [[500, 500]],
    };
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    const digest = sha256(bytes);
    control.addBlobs({ blobs: new Map([[digest, bytes]]) });
    control.faults.features = 'FAIL';
    const made = await release({ proofs: { tabular: 'EXACT' } });
    const snapshots = [{ name: 'pinned', service: layout.service, digest, sizeBytes: bytes.length }];
    await control.publish([made], { entry: { requires: [], snapshots } });
    const used = async (at: RunningWorker): Promise<any> =>
      (await post(at.url, path, { inputs: { user_id: 'u1', amount: 1 } })).body.features?.user_txn__amount_24h;
    const first = await start('lite');
    await until('it answers', async () => (await used(first))?.source === 'SNAPSHOT');
    await control.down();
    expect(await used(await start('lite'))).toMatchObject({ value: 7, status: 'PRESENT', source: 'SNAPSHOT' });
  });

  it('of the lite bundle refuses a model that only ONNX Runtime is proven for, and says so', async () => {
    await publish({ ort: 'EXACT' });
    const { url } = await start('lite');
    const { status, body } = await post(url, path, bodyOf(1));
    expect(status).toBe(503);
    expect(JSON.stringify(body)).toContain('engine:ort');
  });

  it('of the lite bundle says of each path that it leaves out what answers in its place', async () => {
    await publish({ tabular: 'EXACT' });
    const { url } = await start('lite');
    expect((await post(url, path, bodyOf(1))).status).toBe(200);
    const infer = '/v2/models/fraud-decision/infer';
    for (const gone of [infer, '/invocations', '/endpoints/fraud-decision/invocations']) {
      const { status, body } = await post(url, gone, {});
      expect([gone, status, body.code]).toEqual([gone, 404, 'NOT_FOUND']);
      expect(body.title).toMatch(/the bundle "lite", which leaves .* out: ask POST \/v1\/predict\/\{endpoint\}/);
    }
    for (const gone of ['/v2', '/metrics', '/openapi.json', '/docs', '/ping', '/health', '/version']) {
      const { status, body } = await get(url, gone);
      expect([gone, status, body.title]).toEqual([gone, 404, expect.stringContaining(`leaves ${gone} out`)]);
    }
    const { body } = await get(url, '/nowhere');
    expect(body.title).toBe('there is no GET /nowhere here');
    const asked = await post(url, path, { ...bodyOf(1), reasons: 3 });
    expect([asked.status, asked.body.field]).toEqual([422, 'reasons']);
  });

  it('of the lite bundle serves a deployment with a shadow, which it does not score', async () => {
    const made = await release({ proofs: { tabular: 'EXACT' } });
    const other = await release({ number: 2, proofs: { tabular: 'EXACT' } });
    await control.publish([made, other], {
      entry: {
        requires: ['shadow:1'],
        traffic: [
          {
            kind: 'SHADOW',
            holder: 'tiffin:default:shadow:trial',
            holderRevision: 1,
            seed: 'trial',
            hashVersion: 2,
            unit: 'user_id',
            share: 1,
            release: other.digest,
            endsAt: null,
          },
          { kind: 'DEFAULT', release: made.digest },
        ],
      },
    });
    const { url } = await start('lite');
    expect((await post(url, path, bodyOf(1))).body.release).toBe(made.digest);
    await settled(1);
    expect(control.heartbeats.at(-1)?.shadows?.counts).toEqual([]);
  });

  it.each<[string, string[], string]>([
    ['reasons', ['reasons:1'], 'reasons:1'],
    ['detectors', ['detectors:1'], 'detectors:1'],
  ])('of the lite bundle refuses a release with %s', async (_, requires, said) => {
    await control.publish([await release({ proofs: { tabular: 'EXACT' } })], { entry: { requires } });
    const { url } = await start('lite');
    const { status, body } = await post(url, path, bodyOf(1));
    expect(status).toBe(503);
    expect(JSON.stringify(body)).toContain(said);
  });

  it.each<[string, ModelInRelease['plan']]>([
    ['no compiled plan', null],
    ['a compiled plan of version 99', { version: 99, digest: '0'.repeat(64), sizeBytes: 1 }],
  ])('compiles the file of a release with %s, and of the lite bundle refuses it', async (brings, plan) => {
    await control.publish([await release({ proofs: { tabular: 'EXACT' }, plan })], { entry: { requires: [] } });
    const refused = await post((await start('lite')).url, path, bodyOf(1));
    expect(refused.status).toBe(503);
    expect(JSON.stringify(refused.body)).toContain(`brings ${brings}`);
    const { url } = await start('full', { folder: temporaryFolder('worker') });
    expect((await post(url, path, bodyOf(1))).body.models).toMatchObject([{ engine: 'tabular' }]);
  });

  it('that reads a plan needs no file of the model', async () => {
    const made = await publish({ tabular: 'EXACT' });
    const { url } = await start('lite');
    expect((await post(url, path, bodyOf(1))).status).toBe(200);
    const [{ digest, plan }] = made.document.models as [ModelInRelease];
    const asked = control.requests.filter((one) => one.includes('/v1/blobs/'));
    expect(asked.some((one) => one.includes(plan!.digest))).toBe(true);
    expect(asked.filter((one) => one.includes(digest))).toEqual([]);
  });

  it('that is told nonsense does not start, and tells no caller why', async () => {
    const { url } = await start('lite', { variables: { TIFFIN_KEYS: '[{"id":"secret-thing"}]' } });
    const { status, body } = await post(url, path, bodyOf(1));
    expect([status, body.code]).toEqual([503, 'UNAVAILABLE']);
    expect(JSON.stringify(body)).not.toContain('secret-thing');
  });
});
