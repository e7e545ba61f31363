import { randomUUID } from 'node:crypto';
import { readFileSync, utimesSync } from 'node:fs';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createTrainingSet,
  defineUserTxn,
  downloadRows,
  materialize,
  startTestFeature,
  writeParquet,
  type FeatureHarness,
} from '../support/feature.ts';
import { testKeys } from '../support/keys.ts';

let feature: FeatureHarness;

beforeAll(async () => {
  feature = await startTestFeature();
  feature.clock.at = new Date();
  await writeParquet(
    join(feature.folder, 'txn.parquet'),
    `select 'u' || i as user_id, timestamptz '2026-01-01 00:00:00Z' as event_time,
       timestamptz '2026-01-01 00:00:00Z' as created_at, i::double as amount from range(100) t(i)`,
  );
  const features = ['amount', 'twice', 'thrice'].map((name) => ({ name, column: 'amount' }));
  await defineUserTxn(feature, 'txn.parquet', { ttlSeconds: 0, features });
  await materialize(feature, { view: 'user_txn' });
});

const send = async (body: BodyInit, key = testKeys.with('feature:write')): Promise<{ status: number; body: any }> => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/vnd.apache.parquet' };
  const answer = await feature.subgraph.app.request('/v1/spines', { method: 'POST', headers, body });
  return { status: answer.status, body: await answer.json() };
};
const bytesOf = async (select: string): Promise<Uint8Array<ArrayBuffer>> => {
  const path = join(feature.folder, `${randomUUID()}.parquet`);
  await writeParquet(path, select);
  return new Uint8Array(readFileSync(path));
};

describe('a spine that is sent as a file', () => {
  it('makes a training set of more rows than a call can hold', async () => {
    const bytes = await bytesOf(
      "select 'u' || (i % 100) as user_id, timestamptz '2026-01-02 00:00:00Z' as timestamp, i as label from range(20000) t(i)",
    );
    const { status, body } = await send(bytes);
    expect([status, body]).toMatchObject([
      200,
      { upload: expect.stringMatching(/^[0-9a-f]{64}$/), sizeBytes: bytes.length },
    ]);
    const { data, errors } = await createTrainingSet(feature, { service: 'fraud', spine: { upload: body.upload } });
    expect(errors).toBeUndefined();
    const { build, trainingSet } = data.createTrainingSet;
    expect(build).toMatchObject({ state: 'SUCCEEDED', rows: 20_000 });
    const rows = await downloadRows(feature, trainingSet);
    expect(rows[12_345]).toMatchObject({ user_id: 'u45', label: 12_345n, user_txn__amount: 45 });
  });

  it('may be CSV', async () => {
    const { status, body } = await send(
      'user_id,timestamp,label\nu1,2026-01-02T00:00:00Z,7\n"u2",2026-01-02 01:00:00+01:00,\n',
    );
    expect(status).toBe(200);
    const { data, errors } = await createTrainingSet(feature, { service: 'fraud', spine: { upload: body.upload } });
    expect(errors).toBeUndefined();
    const at = new Date('2026-01-02T00:00:00Z');
    expect(await downloadRows(feature, data.createTrainingSet.trainingSet)).toMatchObject([
      { user_id: 'u1', timestamp: at, label: 7n, user_txn__amount: 1 },
      { user_id: 'u2', timestamp: at, label: null, user_txn__amount: 2 },
    ]);
  });

  it('is refused where it is neither Parquet nor CSV', async () => {
    expect(await send('{"user_id": "u1"}')).toMatchObject({
      status: 422,
      body: {
        code: 'INVALID_INPUT',
        title: expect.stringContaining('body: "the body" is JSON, neither Parquet nor CSV'),
      },
    });
    expect(await send(new Uint8Array())).toMatchObject({ status: 422 });
  });

  it('is forgotten after a day, and says so', async () => {
    const { body } = await send(
      await bytesOf("select 'u1' as user_id, timestamptz '2026-01-02 00:00:00Z' as timestamp"),
    );
    const [file] = globSync(join(feature.folder, `data/spine-uploads/*/${body.upload}.parquet`));
    const longAgo = new Date(feature.clock.at.getTime() - 90_000_000);
    utimesSync(file!, longAgo, longAgo);
    await send(await bytesOf("select 'u2' as user_id, timestamptz '2026-01-02 00:00:00Z' as timestamp"));
    const { errors } = await createTrainingSet(feature, { service: 'fraud', spine: { upload: body.upload } });
    expect(errors).toMatchObject([
      {
        extensions: { code: 'NOT_FOUND', field: 'spine.upload' },
        message: expect.stringContaining('POST the file to /v1/spines'),
      },
    ]);
  });
});

describe('a large answer', () => {
  it('of a read is compressed for who takes it, and the same either way', async () => {
    const entities = Array.from({ length: 1_000 }, (_, i) => ({ user_id: `u${i}` }));
    const ask = async (accept: string, count: number) => {
      const answer = await feature.subgraph.app.request('/v1/features/read', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${testKeys.with('feature:read')}`,
          'content-type': 'application/json',
          'accept-encoding': accept,
        },
        // The short form does as well as the id.
        body: JSON.stringify({ service: 'fraud@1', entities: entities.slice(0, count) }),
      });
      const encoding = answer.headers.get('content-encoding');
      const plain = encoding === 'gzip' ? answer.body!.pipeThrough(new DecompressionStream('gzip')) : answer.body!;
      return { encoding, text: await new Response(plain).text() };
    };
    const plain = await ask('identity', 1_000);
    expect(plain.encoding).toBeNull();
    expect(JSON.parse(plain.text).values).toHaveLength(1_000);
    const zipped = await ask('br, gzip;q=0.8', 1_000);
    expect([zipped.encoding, zipped.text === plain.text]).toEqual(['gzip', true]);
    expect((await ask('gzip;q=0', 1_000)).encoding).toBeNull();
    expect((await ask('gzip', 10)).encoding).toBeNull();
  });
});
