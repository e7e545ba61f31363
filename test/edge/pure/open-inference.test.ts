import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { benchApp, type BenchApp } from '../support/bench-app.ts';
import { identityModel } from '../support/dtype-model.ts';
import { recipe, release, type TestRelease } from '../support/release.ts';

const name = 'fraud-decision';
const path = `/v2/models/${name}`;
const rows = [
  [2, 3, 2, 0.5],
  [0, 0, 0, 0],
];
const input = { name: 'features', shape: [2, 4], datatype: 'FP32', data: rows.flat() };
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const scores = rows.map(([a, b, c, d]) => sigmoid(0.125 + 0.5 * a! - 0.25 * b! + c! + 2 * d!));

let bench: BenchApp;
let one: TestRelease;
beforeEach(async () => {
  one = await release();
  bench = await benchApp({ releases: [one] });
});
afterEach(() => bench.close());

const infer = (body: unknown, headers?: Record<string, string>) => bench.post(`${path}/infer`, body, headers);

describe('the Open Inference Protocol', () => {
  it('tells of the server, its health and its models', async () => {
    for (const server of ['/v2', '/v2/']) {
      expect((await bench.get(server)).body).toEqual({ name: 'tiffin', version: '0.0.0', extensions: [] });
    }
    expect((await bench.get('/v2/health/live')).body).toEqual({ live: true });
    expect((await bench.get('/v2/health/ready')).body).toEqual({ ready: true });
    for (const model of [path, `${path}@production`, `${path}/versions/1.0.0.0`]) {
      expect((await bench.get(model)).body).toEqual({
        name: decodeURIComponent(model.split('/')[3]!),
        versions: ['1.0.0.0'],
        platform: 'onnx_onnxv1',
        inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 4] }],
        outputs: [{ name: 'score', datatype: 'FP32', shape: [-1, 1] }],
      });
      expect(await bench.get(`${model}/ready`)).toMatchObject({ status: 200, body: { ready: true } });
    }
  });

  it.each([
    ['/v2/models/nothing', 'nothing is deployed as nothing@production'],
    [`${path}/versions/9.9.9.9`, 'version 9.9.9.9 is not served here, only 1.0.0.0'],
    [`${path}/versions/9.9.9.9/ready`, 'version 9.9.9.9 is not served here'],
    ['/v2/repository/index', 'there is no GET /v2/repository/index here'],
  ])('answers GET %s with its own kind of error', async (wrong, message) => {
    const { status, body } = await bench.get(wrong);
    expect(status).toBe(404);
    expect(Object.keys(body)).toEqual(['error']);
    expect(body.error).toContain(message);
  });

  it('infers, echoes the id and says where the answer comes from', async () => {
    const { status, body } = await infer({ id: '42', inputs: [input], outputs: [{ name: 'score' }] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ model_name: name, model_version: '1.0.0.0', id: '42' });
    expect(body.parameters).toMatchObject({ release: one.digest, engine: 'ort', stale: false });
    expect(Object.values(body.parameters).every((value) => typeof value !== 'object')).toBe(true);
    const [output] = body.outputs;
    expect(output).toMatchObject({ name: 'score', datatype: 'FP32', shape: [2, 1] });
    output.data.forEach((score: number, i: number) => expect(score).toBeCloseTo(scores[i]!, 6));
    expect((await infer({ inputs: [input] })).body).not.toHaveProperty('id');
  });

  it('gives the same for nested and flat data, and by version', async () => {
    const flat = (await infer({ inputs: [input] })).body.outputs;
    expect((await infer({ inputs: [{ ...input, data: rows }] })).body.outputs).toEqual(flat);
    const byVersion = await bench.post(`${path}/versions/1.0.0.0/infer`, { inputs: [input] });
    expect(byVersion.body.outputs).toEqual(flat);
  });

  it('keeps one record for each row, under the ids that it answers, with the named values', async () => {
    const { body } = await infer({ inputs: [input] });
    const records = await bench.records();
    expect(records.map(({ id }) => id)).toEqual(body.parameters.prediction_ids.split(','));
    expect(records[0]).toMatchObject({
      decision: 'REVIEW',
      inputs: { amount: 2 },
      features: {
        user_txn__amount_24h: { value: 3, status: 'PRESENT', ageMs: null },
        user_txn__count_1h: { value: 2 },
      },
    });
    expect(records[1].score).toBeCloseTo(scores[1]!, 6);
    expect(bench.log.account()).toMatchObject({ answered: 2, queued: 2 });
  });

  it.each([
    ['no inputs', {}, '"inputs" is a list'],
    ['an unknown input', { inputs: [{ ...input, name: 'x' }] }, 'no input "x", only features'],
    ['a missing input', { inputs: [] }, 'input "features" is missing'],
    ['the same input twice', { inputs: [input, input] }, '"features" is there twice'],
    ['another datatype', { inputs: [{ ...input, datatype: 'FP64' }] }, 'is FP32, not "FP64"'],
    ['no shape', { inputs: [{ ...input, shape: undefined }] }, 'the shape of "features"'],
    ['a negative size', { inputs: [{ ...input, shape: [-1, 4] }] }, 'the shape of "features"'],
    ['another rank', { inputs: [{ ...input, shape: [8] }] }, 'the model takes [-1, 4]'],
    ['another width', { inputs: [{ ...input, shape: [4, 2] }] }, 'the model takes [-1, 4]'],
    ['fewer values than the shape', { inputs: [{ ...input, data: [1] }] }, 'does not hold the 8 values'],
    ['more values than the shape', { inputs: [{ ...input, data: [...input.data, 1] }] }, 'does not hold the 8 values'],
    ['ragged nesting', { inputs: [{ ...input, data: [[1, 2, 3, 4], [1]] }] }, 'does not hold the 8 values'],
    [
      'nesting that is too deep',
      { inputs: [{ ...input, data: rows.map((row) => row.map((x) => [x])) }] },
      'data[0]: [2]',
    ],
    ['no rows', { inputs: [{ ...input, shape: [0, 4], data: [] }] }, 'has no rows'],
    ['a huge shape', { inputs: [{ ...input, shape: [1e12, 4] }] }, 'more than 1000000 values'],
    ['a shape beyond any number', { inputs: [{ ...input, shape: [2 ** 52, 2 ** 52, 2 ** 52, 2 ** 52] }] }, 'more than'],
    ['too many rows', { inputs: [{ ...input, shape: [1_001, 4], data: Array(4_004).fill(0) }] }, 'at most 1000 rows'],
    ['null', { inputs: [{ ...input, data: [null, ...input.data.slice(1)] }] }, 'features.data[0]: null is not allowed'],
    ['text', { inputs: [{ ...input, data: ['2', ...input.data.slice(1)] }] }, 'features.data[0]: "2" is not allowed'],
    ['true', { inputs: [{ ...input, data: [true, ...input.data.slice(1)] }] }, 'features.data[0]: true is not allowed'],
    ['what float32 cannot hold', { inputs: [{ ...input, data: [1e39, ...input.data.slice(1)] }] }, 'float32 holds'],
    ['an unknown output', { inputs: [input], outputs: [{ name: 'y' }] }, 'no output "y", only score'],
    ['an output twice', { inputs: [input], outputs: [{ name: 'score' }, { name: 'score' }] }, 'asked for twice'],
    ['an id that is no text', { id: 42, inputs: [input] }, '"id" is text'],
    ['bad JSON', '{"inputs": [NaN]}', 'not valid JSON'],
  ])('refuses %s', async (_, body, message) => {
    const answer = await infer(body);
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.body)).toEqual(['error']);
    expect(answer.body.error).toContain(message);
    expect(bench.log.account().answered).toBe(0);
  });

  it.each([
    ['by header', { inputs: [input] }, { 'inference-header-content-length': '10' }],
    ['by type', { inputs: [input] }, { 'content-type': 'application/octet-stream' }],
    ['of an input', { inputs: [{ ...input, data: undefined, parameters: { binary_data_size: 32 } }] }, {}],
    ['of an output', { inputs: [input], outputs: [{ name: 'score', parameters: { binary_data: true } }] }, {}],
    ['of all outputs', { parameters: { binary_data_output: true }, inputs: [input] }, {}],
  ])('says that it does not speak the binary extension: %s', async (_, body, headers) => {
    const answer = await infer(body, headers as Record<string, string>);
    expect(answer.status).toBe(415);
    expect(answer.body.error).toContain('binary tensor extension is not spoken here');
  });

  it('answers no key and no project with its own kind of error', async () => {
    const answer = await bench.app.request(path);
    expect(answer.status).toBe(401);
    expect(Object.keys((await answer.json()) as object)).toEqual(['error']);
    expect((await infer({ inputs: [input] }, { authorization: 'Bearer other-project' })).status).toBe(404);
  });
});

it('carries every element type there and back, whole', async () => {
  const dtypes = [
    'bool',
    'int8',
    'uint8',
    'int16',
    'uint16',
    'int32',
    'uint32',
    'int64',
    'uint64',
    'float64',
    'string',
  ] as const;
  await bench.close();
  const columnsOf: Record<string, string[]> = { x: ['amount', 'amount'], string: ['word', 'word'] };
  one = await release({
    model: identityModel(dtypes),
    golden: [],
    layout: null,
    recipe: {
      ...recipe,
      features: undefined as never,
      entities: [],
      derive: [],
      inputs: [
        { name: 'amount', dtype: 'FLOAT64' },
        { name: 'flag', dtype: 'BOOL' },
        { name: 'word', dtype: 'STRING' },
      ],
      models: [
        {
          version: 'tiffin:default:model-version:x@1',
          inputs: ['x', ...dtypes].map((tensor) => ({ tensor, columns: columnsOf[tensor] ?? ['flag', 'flag'] })),
        },
      ],
    },
  });
  bench = await benchApp({ releases: [one], p99Ms: 0 });
  const values: Record<string, unknown[]> = {
    x: ['NaN', '-Infinity'],
    bool: [true, false],
    int8: [-128, 127],
    uint8: [0, 255],
    int16: [-32_768, 32_767],
    uint16: [0, 65_535],
    int32: [-(2 ** 31), 2 ** 31 - 1],
    uint32: [0, 2 ** 32 - 1],
    int64: ['-9223372036854775808', '9007199254740993'],
    uint64: ['18446744073709551615', 2 ** 53 - 1],
    float64: [1e300, 'Infinity'],
    string: ['', 'žluťoučký\n'],
  };
  const DATATYPE: Record<string, string> = { x: 'FP32', float64: 'FP64', string: 'BYTES' };
  const inputs = Object.entries(values).map(([tensor, data]) => ({
    name: tensor,
    shape: [1, 2],
    datatype: DATATYPE[tensor] ?? tensor.toUpperCase(),
    data,
  }));
  const { status, body } = await infer({ inputs });
  expect(body.error).toBeUndefined();
  expect(status).toBe(200);
  const out = Object.fromEntries(body.outputs.map(({ name: output, data }: any) => [output, data]));
  expect(out['score']).toEqual(values['x']);
  for (const dtype of dtypes) expect(out[`${dtype}_out`], dtype).toEqual(values[dtype]);
  expect((await bench.records())[0].score).toBeNull();

  const wrong: [string, unknown, string][] = [
    ['int64', 2 ** 53 + 2, 'as text where it is beyond 2^53'],
    ['int64', '9223372036854775808', 'from -9223372036854775808 to'],
    ['int8', 128, 'from -128 to 127'],
    ['uint8', -1, 'from 0 to 255'],
    ['int32', 1.5, 'a whole number'],
    ['bool', 1, 'true or false'],
    ['string', 1, 'text'],
    ['float64', null, 'a number'],
  ];
  for (const [tensor, value, message] of wrong) {
    const changed = inputs.map((one_) => (one_.name === tensor ? { ...one_, data: [value, value] } : one_));
    const answer = await infer({ inputs: changed });
    expect(answer.status, `${tensor} ${String(value)}`).toBe(400);
    expect(answer.body.error).toContain(message);
  }
  const rowsDiffer = inputs.map((one_) =>
    one_.name === 'int8' ? { ...one_, shape: [2, 2], data: [1, 2, 3, 4] } : one_,
  );
  expect((await infer({ inputs: rowsDiffer })).body.error).toContain('has 2 rows and another has 1');
});

it('splits by an input that is given as a parameter; who names a version is outside the split', async () => {
  const second = await release({ number: 2, version: '2.0.0.0', recipe: { ...recipe, logging: { inputs: false } } });
  await bench.close();
  bench = await benchApp({
    releases: [one, second],
    traffic: ([a, b]) => [
      {
        kind: 'ALLOCATION',
        holder: 'tiffin:default:experiment:e',
        holderRevision: 3,
        seed: 'seed',
        hashVersion: 2,
        unit: 'user_id',
        arms: [
          { arm: 'old', release: a!, ranges: [[0, 0.5]] },
          { arm: 'new', release: b!, ranges: [[0.5, 1]] },
        ],
        endsAt: null,
      },
      { kind: 'DEFAULT', release: a! },
    ],
  });
  const versions = new Map<string, string>();
  for (let i = 0; i < 40; i++) {
    const { body } = await infer({ parameters: { user_id: `u${i}` }, inputs: [input] });
    versions.set(body.parameters.arm, body.model_version);
  }
  expect(Object.fromEntries(versions)).toEqual({ old: '1.0.0.0', new: '2.0.0.0' });
  const pinned = await bench.post(`${path}/versions/2.0.0.0/infer`, { parameters: { user_id: 'u1' }, inputs: [input] });
  expect(pinned.body.model_version).toBe('2.0.0.0');
  expect(pinned.body.parameters).not.toHaveProperty('arm');
  expect((await infer({ inputs: [input] })).body.parameters).not.toHaveProperty('arm');
});

it('does not answer by tensors what is stopped', async () => {
  await bench.close();
  bench = await benchApp({
    releases: [one],
    traffic: ([digest]) => [
      { kind: 'KILL', reason: 'wrong units' },
      { kind: 'DEFAULT', release: digest! },
    ],
  });
  expect(await infer({ inputs: [input] })).toMatchObject({
    status: 503,
    body: { error: expect.stringContaining('wrong units') },
  });
});
