import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Traffic } from '../../../schema/manifest.ts';
import { PredictionRecord } from '../../../schema/telemetry.ts';
import { formatTesterToken, parseTesterToken, signedBytes, TESTER_HEADER } from '../../../schema/tester-token.ts';
import { choose, NO_INPUTS } from '../../../core/traffic/choose.ts';
import { forcedIn, releasesAnswering } from '../../../core/traffic/layers.ts';
import { benchApp, type BenchApp, type BenchOptions } from '../support/bench-app.ts';
import { envelopeOf, makeSigner } from '../support/control-plane.ts';
import { model, recipe, release, type TestRelease } from '../support/release.ts';

const path = '/v1/predict/fraud-decision';
const DEPLOYMENT = 'tiffin:default:deployment:fraud-decision@production';
const NOW = Date.parse('2026-03-01T10:00:00Z');
const body = { inputs: { user_id: 'u1', amount: 2 }, features: { user_txn__amount_24h: 3, user_txn__count_1h: 2 } };

let signer: Awaited<ReturnType<typeof makeSigner>>;
let releases: TestRelease[];
let bench: BenchApp;
beforeAll(async () => {
  signer = await makeSigner('key-1');
  releases = [await release(), await release({ number: 2, model: model([-0.5, 0.25, -1, -2]) })];
});
afterEach(() => bench?.close());

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(text, 'base64'));
const open = ([primary, tested]: readonly string[]): Traffic => [
  { kind: 'FORCED', releases: [tested!] },
  { kind: 'DEFAULT', release: primary! },
];
const killed = (digests: readonly string[]): Traffic => {
  const [forced, byDefault] = open(digests);
  return [forced!, { kind: 'KILL', reason: 'bad' }, byDefault!];
};
const start = async (options: Partial<BenchOptions> = {}): Promise<BenchApp> =>
  (bench = await benchApp({
    releases,
    traffic: open,
    trusted: { 'key-1': signer.publicKey },
    nowMs: () => NOW,
    ...options,
  }));

const claims = (change: object = {}): object => ({
  deployment: DEPLOYMENT,
  release: releases[1]!.digest,
  tester: 'user:ana',
  expiresAt: '2026-03-01T11:00:00.000Z',
  ...change,
});
async function token(what: object = claims(), by = signer): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(what));
  const signature = bytes(await by.sign(signedBytes(payload)));
  return formatTesterToken({ keyId: by.keyId, payload, signature });
}
const ask = (text?: string): ReturnType<BenchApp['post']> =>
  bench.post(path, body, text === undefined ? {} : { [TESTER_HEADER]: text });

describe('the layer of testers', () => {
  it('decides only for them, and first; its releases answer nobody else', () => {
    const [a, b] = ['a', 'b'].map((letter) => letter.repeat(64));
    const traffic = open([a!, b!]);
    expect(choose(traffic, NO_INPUTS, 0)).toMatchObject({ layer: 'DEFAULT', release: a });
    expect(choose(traffic, NO_INPUTS, 0, b!)).toMatchObject({ layer: 'FORCED', release: b, holder: null, unit: null });
    expect(choose(traffic.slice(1), NO_INPUTS, 0, b!), 'a layer that is gone').toMatchObject({ layer: 'DEFAULT' });
    expect(releasesAnswering(traffic)).toEqual([a]);
    expect(forcedIn(traffic)).toEqual([b]);
    expect(forcedIn(traffic.slice(1))).toEqual([]);
  });
});

describe('a tester', () => {
  it('has a release answer that nobody else sees, and stands in the record', async () => {
    await start();
    const { body: others } = await ask();
    expect(others).toMatchObject({ release: releases[0]!.digest, forced: false, decision: 'REVIEW' });
    const { status, body: answer } = await ask(await token());
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      release: releases[1]!.digest,
      forced: true,
      decision: 'PASS',
      arm: null,
      bucket: null,
    });
    expect(bench.deps.profiles.counts().answers, 'profiles tell of what is served').toBe(1);
    const [first, second] = await bench.records();
    expect(first).not.toHaveProperty('forced');
    const { kind: _kind, ...record } = second;
    expect(PredictionRecord.parse(record)).toMatchObject({
      id: answer.id,
      forced: 'user:ana',
      arm: null,
      holder: null,
      unit: null,
    });
  });

  it('is in no experiment, exposure or shadow', async () => {
    await start({
      traffic: ([primary, tested]) => [
        { kind: 'FORCED', releases: [tested!] },
        {
          kind: 'ALLOCATION',
          holder: 'tiffin:default:experiment:e',
          holderRevision: 1,
          seed: 's',
          hashVersion: 2,
          unit: 'user_id',
          arms: [
            { arm: 'a', release: primary!, ranges: [[0, 0.5]] },
            { arm: 'b', release: primary!, ranges: [[0.5, 1]] },
          ],
          endsAt: null,
        },
        {
          kind: 'SHADOW',
          holder: 'tiffin:default:shadow:s',
          holderRevision: 1,
          seed: 's',
          hashVersion: 2,
          unit: 'user_id',
          share: 1,
          release: primary!,
          endsAt: null,
        },
        { kind: 'DEFAULT', release: tested! },
      ],
    });
    await ask(await token());
    expect((await bench.records()).map(({ kind }) => kind)).toEqual(['prediction']);
    expect(bench.shadows.counts()).toEqual([]);
  });

  it('reaches the release even where everybody else is stopped', async () => {
    const fallback = { default: { kind: 'CONSTANT' as const, score: 0 } };
    const [, tested] = releases;
    await start({ releases: [await release({ recipe: { ...recipe, fallback } }), tested!], traffic: killed });
    expect((await ask()).body.fallback).toMatchObject({ cause: 'KILLED' });
    expect((await ask(await token())).body).toMatchObject({ fallback: null, release: tested!.digest });
  });

  it.each<[what: string, make: () => Promise<string>, why: RegExp]>([
    ['no token', async () => 'hello', /no tester token/],
    ['an empty one', async () => '..', /no tester token/],
    ['one that has expired', () => token(claims({ expiresAt: '2026-03-01T10:00:00.000Z' })), /expired at/],
    ['one for another deployment', () => token(claims({ deployment: `${DEPLOYMENT}x` })), /it is for/],
    ['one for a release that is not open', () => token(claims({ release: 'e'.repeat(64) })), /not open to testers/],
    ['one for the default release', () => token(claims({ release: releases[0]!.digest })), /not open to testers/],
    ['one of a key that is not trusted', async () => token(claims(), await makeSigner('key-2')), /"key-2"/],
    ['one of another key under a trusted name', async () => token(claims(), await makeSigner('key-1')), /signature/],
    ['claims that are none', () => token({ ...claims(), role: 'admin' }), /claims/],
    [
      'one whose claims were changed',
      async () => {
        const parts = parseTesterToken(await token())!;
        const payload = new TextEncoder().encode(JSON.stringify(claims({ tester: 'user:eve' })));
        return formatTesterToken({ ...parts, payload });
      },
      /signature/,
    ],
    [
      'a manifest’s signature over the same claims',
      async () => {
        const { payload, signatures } = await envelopeOf(claims(), [signer]);
        return formatTesterToken({
          keyId: 'key-1',
          payload: bytes(payload),
          signature: bytes(signatures[0]!.signature),
        });
      },
      /signature/,
    ],
  ])('is refused with %s, and told why', async (_, make, why) => {
    await start();
    const answer = await ask(await make());
    expect(answer.body).toMatchObject({ status: 403, code: 'FORBIDDEN', field: TESTER_HEADER });
    expect(answer.body.title).toMatch(why);
    expect(bench.log.account().answered).toBe(0);
  });

  it('is told where the release is not ready here', async () => {
    await start({ traffic: ([primary]) => open([primary!, 'd'.repeat(64)]) });
    const answer = await ask(await token(claims({ release: 'd'.repeat(64) })));
    expect(answer.body).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
  });

  it('needs the scope of everybody else as well', async () => {
    await start({ scopes: ['metrics:read'] });
    expect((await ask(await token())).body).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
      allowed: ['edge:predict'],
    });
  });

  it('is referred to /v1/predict by the other protocol', async () => {
    await start();
    const tensor = { name: 'features', shape: [1, 4], datatype: 'FP32', data: [1, 2, 3, 4] };
    const { status, body: answer } = await bench.post(
      '/v2/models/fraud-decision/infer',
      { inputs: [tensor] },
      { [TESTER_HEADER]: await token() },
    );
    expect({ status, answer }).toMatchObject({
      status: 400,
      answer: { error: expect.stringContaining('/v1/predict') },
    });
  });
});
