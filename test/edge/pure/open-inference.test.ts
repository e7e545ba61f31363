import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { benchApp, KEY, type BenchApp } from '../support/bench-app.ts';
import type { WireValue } from '../../../core/tensor/written.ts';
import { bitsOfHalf, halfOf, halvesOf } from '../../../core/half.ts';
import { ECHOED, ECHOED_VALUES, echoedDatatype, halfModel, identityModel } from '../support/dtype-model.ts';
import { model as modelOf, recipe, release, type TestRelease } from '../support/release.ts';

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
      expect((await bench.get(server)).body).toEqual({
        name: 'tiffin',
        version: '0.0.0',
        extensions: ['binary_tensor_data', 'model_repository', 'statistics'],
      });
    }
    expect((await bench.get('/v2/health/live')).body).toEqual({ live: true });
    expect((await bench.get('/v2/health/ready')).body).toEqual({ ready: true });
    for (const model of [path, `${path}@production`, `${path}/versions/1`]) {
      expect((await bench.get(model)).body).toEqual({
        name: decodeURIComponent(model.split('/')[3]!),
        versions: ['1'],
        platform: 'onnx_onnxv1',
        inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 4] }],
        outputs: [{ name: 'score', datatype: 'FP32', shape: [-1, 1] }],
      });
      expect(await bench.get(`${model}/ready`)).toMatchObject({ status: 200, body: { ready: true } });
    }
  });

  it.each([
    ['/v2/models/nothing', 'nothing is deployed as nothing@production'],
    [`${path}/versions/99`, 'version 99 is not served here, only 1'],
    [`${path}/versions/99/ready`, 'version 99 is not served here'],
    ['/v2/repository', 'there is no GET /v2/repository here'],
  ])('answers GET %s with its own kind of error', async (wrong, message) => {
    const { status, body } = await bench.get(wrong);
    expect(status).toBe(404);
    expect(Object.keys(body)).toEqual(['error']);
    expect(body.error).toContain(message);
  });

  it('lists what is served to the key, and nothing of another project', async () => {
    const { status, body } = await bench.post('/v2/repository/index', {});
    expect([status, body]).toEqual([200, [{ name, version: '1', state: 'READY', reason: '' }]]);
    expect((await bench.post('/v2/repository/index', '')).body).toEqual(body);
    const authorization = 'Bearer other-project';
    expect((await bench.post('/v2/repository/index', { ready: true }, { authorization })).body).toEqual([]);
    expect((await bench.post('/v2/repository/index', { ready: 1 })).body).toEqual({
      error: '"ready" is true or false',
    });
  });

  it('infers, echoes the id and says where the answer comes from', async () => {
    const { status, body } = await infer({ id: '42', inputs: [input], outputs: [{ name: 'score' }] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ model_name: name, model_version: '1', id: '42' });
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
    const byVersion = await bench.post(`${path}/versions/1/infer`, { inputs: [input] });
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
    [
      'a classification',
      { inputs: [input], outputs: [{ name: 'score', parameters: { classification: 2 } }] },
      '"classification" of the output "score" is not answered here',
    ],
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

  it.each<[string, unknown, string]>([
    [
      'announced without a header',
      { inputs: [{ ...input, data: undefined, parameters: { binary_data_size: 32 } }] },
      'then the header inference-header-content-length says',
    ],
    ['raw', undefined, 'content-type: application/json'],
  ])('refuses bytes that are %s', async (_, body, message) => {
    const answer = body ? await infer(body) : await infer('xxxx', { 'content-type': 'application/octet-stream' });
    expect(answer.body.error).toContain(message);
  });

  it('counts what it answers and refuses, version by version, in the form of the statistics extension', async () => {
    await infer({ inputs: [input] });
    await infer({ inputs: [input] });
    await infer({ inputs: [{ ...input, data: [1] }] });
    const expected = {
      name,
      version: '1',
      inference_count: 4,
      execution_count: 2,
      inference_stats: { success: { count: 2 }, fail: { count: 1 }, compute_infer: { count: 2 } },
      batch_stats: [],
    };
    for (const stats of ['/v2/models/stats', `${path}/stats`, `${path}/versions/1/stats`]) {
      expect((await bench.get(stats)).body.model_stats, stats).toMatchObject([expected]);
    }
    const [{ last_inference, inference_stats }] = (await bench.get(`${path}/stats`)).body.model_stats;
    expect(Math.abs(Date.now() - last_inference)).toBeLessThan(60_000);
    expect(inference_stats.success.ns).toBeGreaterThan(inference_stats.compute_infer.ns);
    const other = await bench.app.request('/v2/models/stats', { headers: { authorization: 'Bearer other-project' } });
    expect(await other.json()).toEqual({ model_stats: [] });
  });

  it('answers no key and no project with its own kind of error', async () => {
    const answer = await bench.app.request(path);
    expect(answer.status).toBe(401);
    expect(Object.keys((await answer.json()) as object)).toEqual(['error']);
    expect((await infer({ inputs: [input] }, { authorization: 'Bearer other-project' })).status).toBe(404);
  });
});

const dtypes = ECHOED;

/** A model that gives back a tensor of every type. */
async function openEcho(): Promise<void> {
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
          score: { tensor: 'score' },
        },
      ],
    },
  });
  bench = await benchApp({ releases: [one], p99Ms: 0 });
}

it('carries every element type there and back, whole', async () => {
  await openEcho();
  const values: Readonly<Record<string, readonly WireValue[]>> = ECHOED_VALUES;
  const inputs = Object.entries(values).map(([tensor, data]) => ({
    name: tensor,
    shape: [1, 2],
    datatype: echoedDatatype(tensor),
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
    ['float16', 65_520, 'a number that float16 holds'],
    ['float16', null, 'a number'],
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

const texts = (...values: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(
    values.flatMap((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );

const bytesOf = (array: ArrayBufferView): Buffer => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

const sendBytes = async (json: unknown, tail: Buffer, length?: string) => {
  const head = Buffer.from(JSON.stringify(json));
  const answer = await bench.app.request(`${path}/infer`, {
    method: 'POST',
    body: new Uint8Array(Buffer.concat([head, tail])),
    headers: {
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/octet-stream',
      'inference-header-content-length': length ?? String(head.length),
    },
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const own = Number(answer.headers.get('inference-header-content-length') ?? bytes.length);
  return { status: answer.status, body: JSON.parse(bytes.subarray(0, own).toString()), tail: bytes.subarray(own) };
};

describe('the binary tensor data extension', () => {
  const values: Record<string, Buffer> = {
    x: bytesOf(Float32Array.of(NaN, -Infinity)),
    bool: Buffer.of(1, 0),
    int8: bytesOf(Int8Array.of(-128, 127)),
    uint8: Buffer.of(0, 255),
    int16: bytesOf(Int16Array.of(-32_768, 32_767)),
    uint16: bytesOf(Uint16Array.of(0, 65_535)),
    int32: bytesOf(Int32Array.of(-(2 ** 31), 2 ** 31 - 1)),
    uint32: bytesOf(Uint32Array.of(0, 2 ** 32 - 1)),
    int64: bytesOf(BigInt64Array.of(-(2n ** 63n), 9_007_199_254_740_993n)),
    uint64: bytesOf(BigUint64Array.of(2n ** 64n - 1n, 0n)),
    float16: bytesOf(Uint16Array.of(0x7bff, 0xfc00)),
    float64: bytesOf(Float64Array.of(1e300, -0)),
    string: texts('', 'žluťoučký\n'),
  };
  const described = (change: Record<string, Buffer> = {}) => {
    const all = { ...values, ...change };
    const inputs = Object.entries(all).map(([tensor, bytes]) => ({
      name: tensor,
      shape: [1, 2],
      datatype: echoedDatatype(tensor),
      parameters: { binary_data_size: bytes.length },
    }));
    return { inputs, tail: Buffer.concat(Object.values(all)) };
  };

  it('carries every element type there and back, bit by bit, with alignment of no concern', async () => {
    await openEcho();
    const { inputs, tail } = described();
    const answer = await sendBytes({ inputs, parameters: { binary_data_output: true } }, tail);
    expect(answer.body.error).toBeUndefined();
    let at = 0;
    const out = new Map<string, Buffer>();
    for (const { name: output, parameters, data } of answer.body.outputs) {
      expect(data).toBeUndefined();
      out.set(output, answer.tail.subarray(at, (at += parameters.binary_data_size)));
    }
    expect(at).toBe(answer.tail.length);
    expect(out.get('score')).toEqual(values['x']);
    for (const dtype of dtypes) expect(out.get(`${dtype}_out`), dtype).toEqual(values[dtype]);
  });

  it('gives each output as that output asks, and JSON where none is wanted as bytes', async () => {
    await openEcho();
    const { inputs, tail } = described();
    const outputs = [
      { name: 'int8_out', parameters: { binary_data: true } },
      { name: 'uint8_out', parameters: { binary_data: false } },
    ];
    const mixed = await sendBytes({ inputs, outputs, parameters: { binary_data_output: true } }, tail);
    expect(mixed.body.outputs).toEqual([
      { name: 'int8_out', datatype: 'INT8', shape: [1, 2], parameters: { binary_data_size: 2 } },
      { name: 'uint8_out', datatype: 'UINT8', shape: [1, 2], data: [0, 255] },
    ]);
    expect(mixed.tail).toEqual(values['int8']);
    const plain = await sendBytes({ inputs, outputs: [{ name: 'uint8_out' }] }, tail);
    expect([plain.body.outputs[0].data, plain.tail.length]).toEqual([[0, 255], 0]);
  });

  it('takes halves for an FP32 input, each as the value that it is, and gives FP32 back', async () => {
    await bench.close();
    bench = await benchApp({ releases: [await release({ model: modelOf([1, 0, 0, 0], 0) })] });
    const halves = Buffer.alloc(8);
    halves.writeUInt16LE(0x3e00); // 1.5
    const half = { ...input, shape: [1, 4], datatype: 'FP16', data: undefined, parameters: { binary_data_size: 8 } };
    const { status, body } = await sendBytes({ inputs: [half] }, halves);
    expect(status).toBe(200);
    expect(body.outputs).toMatchObject([{ datatype: 'FP32', data: [expect.closeTo(sigmoid(1.5), 6)] }]);
    const short = await sendBytes({ inputs: [{ ...half, parameters: { binary_data_size: 6 } }] }, halves.subarray(2));
    expect([short.status, short.body.error]).toEqual([
      400,
      'features.data: 6 bytes do not hold 4 values, which take 8',
    ]);
    const inJson = await infer({ inputs: [{ ...half, parameters: {}, data: [1.5, 0, 0, 0] }] });
    expect(inJson.body.outputs).toEqual(body.outputs);
    // Nearest to a tenth is another half than float32 would have: the model is fed what the type holds.
    const tenth = async (datatype: string) =>
      (await infer({ inputs: [{ ...half, datatype, parameters: {}, data: [0.1, 0, 0, 0] }] })).body.outputs[0].data[0];
    expect(await tenth('FP16')).not.toBe(await tenth('FP32'));
    const beyond = await infer({ inputs: [{ ...half, parameters: {}, data: [65_520, 0, 0, 0] }] });
    expect([beyond.status, beyond.body.error]).toEqual([
      400,
      'features.data[0]: 65520 is not allowed here; send a number that float16 holds',
    ]);
  });

  it('serves a model of halves: numbers in JSON, two bytes each in the extension, and named values', async () => {
    await bench.close();
    const golden = [
      {
        inputs: [{ name: 'features', dtype: 'float16', shape: [1, 4], data: rows[0]! }],
        outputs: [{ name: 'score', dtype: 'float16', shape: [1, 1], data: [halfOf(bitsOfHalf(scores[0]!))] }],
      },
    ];
    bench = await benchApp({ releases: [await release({ model: halfModel(), golden })] });
    const metadata = (await bench.get(path)).body;
    expect([metadata.inputs[0].datatype, metadata.outputs[0].datatype]).toEqual(['FP16', 'FP16']);
    const half = { ...input, datatype: 'FP16' };
    const inJson = (await infer({ inputs: [half] })).body.outputs[0];
    expect(inJson).toMatchObject({ name: 'score', datatype: 'FP16', shape: [2, 1] });
    inJson.data.forEach((score: number, i: number) => {
      expect(score).toBeCloseTo(scores[i]!, 3);
      expect(score).toBe(halfOf(bitsOfHalf(score)));
    });
    const bytes = bytesOf(halvesOf(Float32Array.from(rows.flat())));
    const binary = { ...half, data: undefined, parameters: { binary_data_size: bytes.length } };
    const outputs = [{ name: 'score', parameters: { binary_data: true } }];
    const answer = await sendBytes({ inputs: [binary], outputs }, bytes);
    expect(answer.body.outputs[0].parameters).toEqual({ binary_data_size: 4 });
    expect([0, 2].map((at) => halfOf(answer.tail.readUInt16LE(at)))).toEqual(inJson.data);
    const named = await bench.post('/v1/predict/fraud-decision', {
      inputs: { user_id: 'u', amount: 2 },
      features: { user_txn__amount_24h: 3, user_txn__count_1h: 2 },
    });
    expect(named.body.score).toBe(inJson.data[0]);
    expect((await infer({ inputs: [input] })).body.error).toBe('input "features" is FP16, not "FP32"');
  });

  it('takes JSON and bytes side by side, and gives bytes for a body of JSON alone', async () => {
    const bytes = bytesOf(Float32Array.from(rows.flat()));
    const binary = { ...input, data: undefined, parameters: { binary_data_size: bytes.length } };
    const asked = await sendBytes({ inputs: [binary] }, bytes);
    asked.body.outputs[0].data.forEach((score: number, i: number) => expect(score).toBeCloseTo(scores[i]!, 6));
    const outputs = [{ name: 'score', parameters: { binary_data: true } }];
    const given = await sendBytes({ inputs: [input], outputs }, Buffer.alloc(0));
    expect(given.tail.readFloatLE(4)).toBeCloseTo(scores[1]!, 6);
    expect((await bench.records()).map(({ inputs: logged }) => logged.amount)).toEqual([2, 0, 2, 0]);
  });

  it.each<[string, Record<string, Buffer>, string]>([
    ['too few bytes', { int32: Buffer.alloc(4) }, 'int32.data: 4 bytes do not hold 2 values, which take 8'],
    ['too many bytes', { x: Buffer.alloc(12) }, 'x.data: 12 bytes do not hold 2 values, which take 8'],
    ['a BOOL beyond 1', { bool: Buffer.of(1, 2) }, 'bool.data: a BOOL is one byte, 0 or 1'],
    ['too few texts', { string: texts('a') }, 'string.data: 5 bytes do not hold 2 texts'],
    ['too many texts', { string: texts('a', 'b', 'c') }, 'string.data: 15 bytes do not hold 2 texts'],
    ['a text beyond the end', { string: Buffer.of(200, 0, 0, 0, 65, 0, 0, 0, 0) }, 'do not hold 2 texts'],
    ['a text that is not UTF-8', { string: texts('a', Buffer.of(0xe9)) }, 'string.data[1]: the text is not UTF-8'],
    ['a text with U+0000', { string: texts('a\0b', '') }, 'string.data[0]: the text holds U+0000'],
  ])('refuses %s', async (_, change, message) => {
    await openEcho();
    const { inputs, tail } = described(change);
    const answer = await sendBytes({ inputs }, tail);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(message);
  });

  it.each<[string, unknown, number, string | undefined, string]>([
    ['bytes of no input', { inputs: [input] }, 3, undefined, '3 bytes follow that belong to no input'],
    ['a length beyond the body', { inputs: [input] }, 0, '100000', '100000 is not a part of'],
    ['a length that is no number', { inputs: [input] }, 0, '1e2', '1e2 is not a part of'],
    [
      'more than is left',
      { inputs: [{ ...input, data: undefined, parameters: { binary_data_size: 99 } }] },
      32,
      undefined,
      '99 bytes are announced, and 32 are left',
    ],
    [
      'a size that is none',
      { inputs: [{ ...input, data: undefined, parameters: { binary_data_size: -1 } }] },
      32,
      undefined,
      'binary_data_size is a number of bytes',
    ],
    [
      'data and bytes',
      { inputs: [{ ...input, parameters: { binary_data_size: 32 } }] },
      32,
      undefined,
      'has "data" and binary_data_size: send one of them',
    ],
  ])('refuses %s', async (_, json, size, length, message) => {
    const answer = await sendBytes(json, Buffer.alloc(size), length);
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringContaining(message)]);
  });
});

it('splits by an input that is given as a parameter; who names a version is outside the split', async () => {
  const second = await release({ number: 2, version: '2', recipe: { ...recipe, logging: { inputs: false } } });
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
  expect(Object.fromEntries(versions)).toEqual({ old: '1', new: '2' });
  const pinned = await bench.post(`${path}/versions/2/infer`, { parameters: { user_id: 'u1' }, inputs: [input] });
  expect(pinned.body.model_version).toBe('2');
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
