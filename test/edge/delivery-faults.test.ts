import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningEdge } from '../../edge/adapters/node/main.ts';
import { entryOf, envelopeOf, makeSigner, TestControlPlane } from './support/control-plane.ts';
import { edgeHere, edgePlace, get, post, until, type EdgePlace } from './support/edge-process.ts';
import { model, recipe, release, sha256, type TestRelease } from './support/release.ts';

const path = '/v1/predict/fraud-decision';
const body = { inputs: { user_id: 'u', amount: 1 }, features: { user_txn__amount_24h: 1, user_txn__count_1h: 1 } };

let control: TestControlPlane;
let place: EdgePlace;
let edge: RunningEdge | undefined;
let one: TestRelease;
let two: TestRelease;

beforeEach(async () => {
  control = await TestControlPlane.start();
  place = edgePlace(control);
  one = await release();
  two = await release({ number: 2, version: '2', model: model([1, 1, 1, 1], -1) });
});
afterEach(async () => {
  await edge?.stop();
  edge = undefined;
  await control.down();
  place.remove();
});

const url = (): string => edge!.url;
const servedRelease = async (): Promise<string | undefined> => (await post(url(), path, body)).body.release;
const serves = (wanted: TestRelease): Promise<unknown> =>
  until(`release ${wanted.document.number} serves`, async () => (await servedRelease()) === wanted.digest);
const metrics = async (): Promise<string> => (await get(url(), '/metrics')).body;
/** A few polls' time, in which nothing may change. */
const settle = (): Promise<void> => sleep(250);
const lastReport = (): Promise<any> =>
  until('a heartbeat of now', async () => {
    const before = control.heartbeats.length;
    await sleep(100);
    return control.heartbeats.length > before && control.heartbeats.at(-1);
  });

async function startServing(first = one): Promise<void> {
  await control.publish([first]);
  edge = await edgeHere(place);
  await serves(first);
}

describe('a manifest', () => {
  it('is waited for: not ready, and said so, before the first one', async () => {
    edge = await edgeHere(place);
    expect(await get(url(), '/readyz')).toMatchObject({ status: 503, body: { ready: false } });
    expect((await get(url(), '/livez')).status).toBe(200);
    expect(await post(url(), path, body)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    await control.publish([one]);
    await serves(one);
    expect(await get(url(), '/readyz')).toMatchObject({ status: 200, body: { ready: true } });
  });

  it('is followed: a new release, and back with nothing downloaded again', async () => {
    await startServing();
    await control.publish([two]);
    await serves(two);
    const downloads = (): number => control.requests.filter((request) => request.includes('/blobs/')).length;
    const before = downloads();
    await control.publish([one]);
    await serves(one);
    expect(downloads()).toBe(before);
  });

  it('is asked for with its tag, and costs nothing while it stays', async () => {
    await startServing();
    const before = control.requests.filter((request) => request.includes('/blobs/')).length;
    await settle();
    expect(control.requests.filter((request) => request.includes('/blobs/')).length).toBe(before);
    const { manifestAgeMs, stale } = await lastReport();
    expect(manifestAgeMs).toBeLessThan(2_000);
    expect(stale).toBe(false);
  });

  it.each<[string, string, () => Promise<unknown>]>([
    ['by another key', 'WRONG_KEY', async () => control.publish([two], { signers: [await makeSigner('key-9')] })],
    [
      'by another key under a trusted id',
      'BAD_SIGNATURE',
      async () => control.publish([two], { signers: [await makeSigner('key-1')] }),
    ],
    ['older than what was accepted', 'REPLAYED', () => control.publish([two], { revision: 0 + 1 })],
    ['expired', 'EXPIRED', () => control.publish([two], { expiresAt: new Date(Date.now() - 1).toISOString() })],
    ['for another audience', 'WRONG_AUDIENCE', () => control.publish([two], { audience: 'phones' })],
    ['in another format', 'UNKNOWN_FORMAT', () => control.publish([two], { format: 3 as never })],
    ['with an unknown field', 'MALFORMED', () => control.publish([two], { surprise: 1 } as never)],
  ])('%s is refused as %s, and the old one serves', async (_, code, publish) => {
    await control.publish([one]);
    await control.publish([one]); // revision 2
    edge = await edgeHere(place);
    await serves(one);
    await publish();
    await until('the refusal is counted', async () =>
      (await metrics()).includes(`manifest_refused_total{reason="${code}"}`),
    );
    expect(await servedRelease()).toBe(one.digest);
  });

  it.each<[string, string, () => Promise<unknown>]>([
    [
      'a tampered payload',
      'BAD_SIGNATURE',
      async () => {
        const { payload, signatures } = control.envelope!;
        const text = Buffer.from(payload, 'base64').toString().replace('"revision":2', '"revision":3');
        return { payload: Buffer.from(text).toString('base64'), signatures };
      },
    ],
    ['no envelope', 'MALFORMED', () => Promise.resolve({ hello: 'world' })],
    ['a payload that is no JSON', 'MALFORMED', () => envelopeOf('not JSON', [control.signer])],
    ['an old one, signed and all', 'REPLAYED', () => Promise.resolve(undefined)],
  ])('%s is refused as %s', async (_, code, make) => {
    await control.publish([one]);
    const old = control.envelope;
    await control.publish([one]);
    edge = await edgeHere(place);
    await serves(one);
    control.faults.envelope = (await make()) ?? old;
    await until('the refusal is counted', async () =>
      (await metrics()).includes(`manifest_refused_total{reason="${code}"}`),
    );
    expect(await servedRelease()).toBe(one.digest);
    expect((await lastReport()).manifestRevision).toBe(2);
  });

  it('signed by two keys, old and new, is taken by who knows one of them', async () => {
    await control.publish([one], { signers: [await makeSigner('key-0'), control.signer] });
    edge = await edgeHere(place);
    await serves(one);
  });

  it('that has expired since goes on, marked stale, until it is signed anew', async () => {
    await control.publish([one], { expiresAt: new Date(Date.now() + 1_500).toISOString() });
    edge = await edgeHere(place);
    await serves(one);
    expect((await post(url(), path, body)).body.stale).toBe(false);
    await sleep(1_600);
    expect((await post(url(), path, body)).body).toMatchObject({ stale: true, release: one.digest });
    expect(await metrics()).toContain('manifest_stale 1');
    await control.publish([one], { revision: control.manifest!.revision });
    await until('fresh again', async () => !(await post(url(), path, body)).body.stale);
  });

  it('is refused to be served on after refuseAfterMs of silence, and taken up again', async () => {
    await control.publish([one], { entry: { refuseAfterMs: 400 } });
    edge = await edgeHere(place);
    await serves(one);
    await control.down();
    await until('it refuses', async () => (await post(url(), path, body)).status === 503);
    await control.up();
    await serves(one);
  });

  it('that is given again and again after it has expired keeps nobody on it: silence begins with its expiry', async () => {
    await control.publish([one], {
      expiresAt: new Date(Date.now() + 1_500).toISOString(),
      entry: { refuseAfterMs: 2_500 },
    });
    edge = await edgeHere(place);
    await serves(one);
    await until('it is stale', async () => (await post(url(), path, body)).body.stale === true);
    const asked = control.requests.length;
    await until('it refuses', async () => (await post(url(), path, body)).status === 503);
    expect(control.requests.length, 'it was heard all the while').toBeGreaterThan(asked);
    await control.publish([one]);
    await serves(one);
  });

  it('counts silence over a restart: what may not be served any more is not served from the disk', async () => {
    await control.publish([one], { entry: { refuseAfterMs: 600_000 } });
    edge = await edgeHere(place);
    await serves(one);
    await edge.stop();
    await control.down();
    edge = await edgeHere(place);
    expect((await post(url(), path, body)).status).toBe(200);
    await edge.stop();
    const file = join(place.env['TIFFIN_EDGE_DATA_DIR']!, 'held.json');
    const held = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...held, heardAt: new Date(Date.now() - 600_001).toISOString() }));
    edge = await edgeHere(place);
    expect(await post(url(), path, body)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
  });

  it('that no longer names a deployment ends it', async () => {
    await startServing();
    await control.publish([]);
    await until('it is gone', async () => (await post(url(), path, body)).status === 404);
  });
});

const servesOther = (): Promise<unknown> =>
  until('the other one serves', async () => (await post(url(), '/v1/predict/other', body)).status === 200);

describe('a deployment that cannot be honoured', () => {
  let other: TestRelease;
  beforeEach(async () => {
    other = await release({ endpoint: 'other' });
    await startServing();
  });

  it.each<[string, RegExp, () => Promise<unknown>]>([
    [
      'requires what the node lacks',
      /requires engine:gpu/,
      () => {
        control.addBlobs(other);
        const needy = { ...entryOf(two, 2), requires: ['engine:gpu'] };
        return control.publish([], { deployments: [needy, entryOf(other, 1)] });
      },
    ],
    [
      'has a tampered model',
      /came with \d+ bytes whose digest is/,
      () => {
        const digest = two.document.models[0]!.digest;
        control.faults.blobs.set(digest, new Uint8Array(two.blobs.get(digest)!).fill(9, 10, 20));
        return control.publish([two, other]);
      },
    ],
    [
      'has a model larger than announced',
      /larger than the \d+ bytes/,
      () => {
        const digest = two.document.models[0]!.digest;
        control.faults.blobs.set(digest, new Uint8Array(1_000_000));
        return control.publish([two, other]);
      },
    ],
    [
      'has a tampered release document',
      /came with \d+ bytes whose digest is/,
      () => {
        control.faults.blobs.set(two.digest, new TextEncoder().encode('{}'));
        return control.publish([two, other]);
      },
    ],
    [
      'comes only half',
      /cannot be reached|came with/,
      () => {
        control.faults.halves.add(two.document.models[0]!.digest);
        return control.publish([two, other]);
      },
    ],
    [
      'has no blob',
      /answered 404/,
      async () => {
        const stray = await release({ number: 3, model: model([9, 9, 9, 9]) });
        control.addBlobs(other);
        return control.publish([], { deployments: [entryOf(stray, 2), entryOf(other, 1)] });
      },
    ],
    [
      'does not reproduce its golden rows',
      /does not reproduce its golden row 0/,
      async () => {
        const golden = structuredClone(two.document.models[0]!.golden);
        golden[0]!.outputs[0]!.data[0] = 0.123;
        return control.publish([await release({ number: 2, model: model([1, 1, 1, 1], -1), golden }), other]);
      },
    ],
    [
      'names a column that there is not',
      /"nothing" is no input/,
      async () => {
        const models = [
          {
            ...recipe.models[0]!,
            inputs: [{ tensor: 'features', columns: ['nothing', 'amount', 'amount', 'amount'] }],
          },
        ];
        return control.publish([await release({ number: 2, recipe: { ...recipe, models } }), other]);
      },
    ],
    [
      'is of another deployment',
      /the release .* is of .*other@production/,
      async () => {
        control.addBlobs(other);
        return control.publish([], {
          deployments: [{ ...entryOf(one, 2), traffic: entryOf(other, 1).traffic }, entryOf(other, 1)],
        });
      },
    ],
    [
      'is a model that cannot be loaded',
      /./,
      async () => {
        const broken = structuredClone(two.document);
        const bytes = two.blobs.get(broken.models[0]!.digest)!.slice(0, 60);
        broken.models[0] = { ...broken.models[0]!, digest: sha256(bytes), sizeBytes: bytes.length };
        const text = new TextEncoder().encode(JSON.stringify(broken));
        const blobs = new Map([
          [sha256(text), text],
          [sha256(bytes), bytes],
        ]);
        return control.publish([{ document: broken, digest: sha256(text), blobs }, other]);
      },
    ],
  ])('because it %s keeps its release, and the others go on', async (_, reason, publish) => {
    await publish();
    await servesOther();
    const report = await until('the report', () =>
      control.heartbeats.at(-1)?.deployments.find(({ refused }) => refused !== null),
    );
    expect(report).toMatchObject({
      deployment: one.document.deployment,
      serving: [{ release: one.digest, modelVersions: [one.document.models[0]!.version] }],
    });
    expect(report.refused).toMatch(reason);
    expect(await servedRelease()).toBe(one.digest);
    expect(await metrics()).toContain('manifest_refused_total{reason="ENTRY"}');
  });

  it('is taken up as soon as it can be, without a new manifest', async () => {
    const digest = two.document.models[0]!.digest;
    control.faults.blobs.set(digest, new Uint8Array(10));
    await control.publish([two]);
    await until('it is refused', async () => (await metrics()).includes('reason="ENTRY"'));
    control.faults.blobs.clear();
    await serves(two);
    expect((await lastReport()).deployments[0].refused).toBeNull();
  });

  it('is never served by halves: what was not served before is not served now', async () => {
    const stray = await release({ endpoint: 'new', model: model([9, 9, 9, 9]) });
    await control.publish([], { deployments: [entryOf(one, 1), entryOf(stray, 1)] });
    const answer = await until('it is refused', async () => {
      const found = await post(url(), '/v1/predict/new', body);
      return /answered 404/.test(found.body.title) && found;
    });
    expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
  });
});

it('refuses personal inputs in production where it has no key to hide them', async () => {
  place = edgePlace(control, { MODE: 'production' });
  const inputs = recipe.inputs.map((input) => ({ ...input, personal: true }));
  await control.publish([await release({ recipe: { ...recipe, inputs } })]);
  edge = await edgeHere(place);
  await until('it is refused', async () => /is personal/.test((await post(url(), path, body)).body.title));
});

describe('a kill', () => {
  it('is answered by the previous release, which was brought along, also after a restart without the control plane', async () => {
    const fallback = { default: { kind: 'PREVIOUS' as const } };
    const second = await release({
      number: 2,
      version: '2',
      recipe: { ...recipe, fallback },
      model: model([1, 1, 1, 1]),
    });
    control.addBlobs(one);
    await control.publish([second], { entry: { previous: one.digest } });
    edge = await edgeHere(place);
    await serves(second);
    await control.publish([second], {
      entry: { previous: one.digest },
      traffic: [
        { kind: 'KILL', reason: 'wrong since noon' },
        { kind: 'DEFAULT', release: second.digest },
      ],
    });
    await serves(one);
    const killed = { cause: 'KILLED', action: 'PREVIOUS', detail: 'wrong since noon' };
    expect((await post(url(), path, body)).body.fallback).toEqual(killed);
    await edge.stop();
    await control.down();
    edge = await edgeHere(place);
    expect(await servedRelease()).toBe(one.digest);
  });

  it('does not wait for the downloads of other deployments', async () => {
    await startServing();
    const stray = await release({ endpoint: 'a-first', model: model([9, 9, 9, 9]) });
    const killed = {
      ...entryOf(one, 2),
      traffic: [{ kind: 'KILL' as const, reason: 'now' }, ...entryOf(one, 2).traffic],
    };
    control.faults.blobDelayMs = 3_000;
    control.addBlobs(stray);
    await control.publish([], { deployments: [entryOf(stray, 1), killed] });
    const before = performance.now();
    await until('it is killed', async () => (await post(url(), path, body)).body.cause === 'KILLED');
    expect(performance.now() - before).toBeLessThan(2_500);
    control.faults.blobDelayMs = 0;
  });
});

describe('without the control plane', () => {
  it('starts again from its disk and serves', async () => {
    await startServing();
    await edge!.stop();
    await control.down();
    edge = await edgeHere(place);
    expect(await servedRelease()).toBe(one.digest);
    expect((await get(url(), '/readyz')).status).toBe(200);
  });

  it('does not forget the revision: what is older stays refused after a restart', async () => {
    await control.publish([one]);
    const old = control.envelope;
    await control.publish([two]);
    edge = await edgeHere(place);
    await serves(two);
    await edge.stop();
    control.faults.envelope = old;
    edge = await edgeHere(place);
    await until('the replay is refused', async () => (await metrics()).includes('reason="REPLAYED"'));
    expect(await servedRelease()).toBe(two.digest);
  });

  it('keeps the older entry of a deployment whose newest one was refused, over a restart', async () => {
    await startServing();
    await control.publish([], { deployments: [{ ...entryOf(two, 2), requires: ['engine:gpu'] }] });
    await until('it is refused', async () => (await metrics()).includes('reason="ENTRY"'));
    await edge!.stop();
    await control.down();
    edge = await edgeHere(place);
    expect(await servedRelease()).toBe(one.digest);
  });

  it('does not serve bytes that were changed on its disk', async () => {
    await startServing();
    await edge!.stop();
    await control.down();
    const folder = join(place.env['TIFFIN_EDGE_DATA_DIR']!, 'blobs');
    const digest = one.document.models[0]!.digest;
    const bytes = readFileSync(join(folder, digest));
    bytes[20]! ^= 0xff;
    writeFileSync(join(folder, digest), bytes);
    edge = await edgeHere(place);
    expect((await post(url(), path, body)).status).toBe(503);
    await control.up();
    await serves(one);
  });

  it('does not believe a manifest on its disk whose signer is trusted no more', async () => {
    await startServing();
    await edge!.stop();
    await control.down();
    const other = await makeSigner('key-2');
    writeFileSync(place.env['TIFFIN_TRUSTED_KEYS_FILE']!, JSON.stringify({ [other.keyId]: other.publicKey }));
    edge = await edgeHere(place);
    expect(await post(url(), path, body)).toMatchObject({ status: 503 });
    expect(await metrics()).toContain('manifest_refused_total{reason="WRONG_KEY"}');
  });
});

it('swaps a hundred times under load: no request fails, and old models are let go', async () => {
  await startServing();
  const done = new AbortController();
  const statuses = new Set<number>();
  const load = Array.from({ length: 4 }, async () => {
    while (!done.signal.aborted) statuses.add((await post(url(), path, body)).status);
  });
  for (let swap = 0; swap < 100; swap++) {
    const next = swap % 2 === 0 ? two : one;
    await control.publish([next]);
    await serves(next);
  }
  done.abort();
  await Promise.all(load);
  expect([...statuses]).toEqual([200]);
  expect(readdirSync(join(place.env['TIFFIN_EDGE_DATA_DIR']!, 'blobs')).length).toBeLessThanOrEqual(4);
}, 90_000);

const connected = (yes: 0 | 1): Promise<unknown> =>
  until(`the stream is ${yes ? 'there' : 'gone'}`, async () =>
    (await metrics()).includes(`manifest_events_connected ${yes}`),
  );

const follow = async (pollMs: number): Promise<void> => {
  place.remove();
  place = edgePlace(control, { TIFFIN_EDGE_POLL_MS: String(pollMs) });
  await startServing();
  await connected(1);
};

describe("the registry's events", () => {
  it('bring a new release long before it would be asked for', async () => {
    await follow(600_000);
    const before = performance.now();
    await control.publish([two]);
    await serves(two);
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  it('are followed again when the connection was cut, and until then the node asks', async () => {
    await follow(250);
    control.faults.events = 'FAIL';
    await control.down();
    await control.up();
    await connected(0);
    await control.publish([two]);
    await serves(two);
    expect(await metrics()).toContain('manifest_events_connected 0');
    control.faults.events = 'ANSWER';
    await connected(1);
    await control.publish([one]);
    await serves(one);
  });

  it('are of no need: where there are none, the node asks', async () => {
    control.faults.events = 'FAIL';
    await startServing();
    await control.publish([two]);
    await serves(two);
  });
});
