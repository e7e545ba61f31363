import { datatypeOf } from '../../../../edge/http/oip/tensor.ts';
import { bytesOf } from '../../../../edge/http/oip/binary.ts';
import { readTensor, type WireValue } from '../../../../core/tensor/written.ts';
import type { TensorValue } from '../../../../schema/release.ts';
import { ECHOED_VALUES, echoedDatatype } from '../dtype-model.ts';
import type { SetModel } from './releases.ts';

/** A request as it goes over the wire, whoever sends it. */
export interface SetRequest {
  /** Endpoint and door: what a table of answers goes by. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In base64; null: there is none. */
  readonly body: string | null;
}

export const TENSORS_BY_NAME = 'MLflow, tensors by name';
export const WITH_REASONS = 'recipe: with reasons';

const base64 = (body: string | Uint8Array): string => Buffer.from(body).toString('base64');

const json = (name: string, path: string, body: unknown): SetRequest => ({
  name,
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json' },
  body: base64(typeof body === 'string' ? body : JSON.stringify(body)),
});

const get = (name: string, path: string): SetRequest => ({ name, method: 'GET', path, headers: {}, body: null });

/** JSON of tensors, and their bytes after it. */
function binary(name: string, path: string, head: unknown, tail: readonly Uint8Array[]): SetRequest {
  const text = Buffer.from(JSON.stringify(head));
  return {
    name,
    method: 'POST',
    path,
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(text.length),
    },
    body: base64(Buffer.concat([text, ...tail])),
  };
}

function nested(data: readonly WireValue[], [size = 1, ...inner]: readonly number[]): unknown {
  if (inner.length === 0) return data;
  const step = data.length / size;
  return Array.from({ length: size }, (_, i) => nested(data.slice(i * step, (i + 1) * step), inner));
}

const wire = ({ name, dtype, shape, data }: TensorValue): object => ({
  name,
  datatype: datatypeOf(dtype),
  shape,
  data,
});

/** What one row is called by its columns. A text or a number beyond 2^53 stays as it is. */
function namedRow({ columns }: SetModel, row: readonly TensorValue[]): Record<string, WireValue> {
  return Object.fromEntries(
    row.flatMap(({ name, data }) => (columns.get(name) ?? []).map((column, i) => [column, data[i]!])),
  );
}

/** A model through every door that takes it. */
export function requestsOf(model: SetModel): readonly SetRequest[] {
  const { endpoint } = model;
  const rows = model.rows.slice(0, 3);
  const named = rows.map((row) => namedRow(model, row));
  const names = Object.keys(named[0] ?? {});
  const invocations = `/endpoints/${endpoint}/invocations`;
  const infer = `/v2/models/${endpoint}/infer`;
  const [first = []] = rows;
  const tensors = first.map((tensor) => ({ tensor, bytes: bytesOf(readTensor(tensor, 'a row')) }));
  const halves = model.contract.inputs.every(({ dtype }) => dtype === 'float32');
  const at = (door: string): string => `${endpoint}: ${door}`;
  return [
    ...named.map((inputs, i) => json(at(`predict, row ${i}`), `/v1/predict/${endpoint}`, { inputs })),
    json(at('predict, a batch, one of its rows wrong'), `/v1/predict/${endpoint}/batch`, {
      rows: [...named.map((inputs) => ({ inputs })), { inputs: { nothing: 1 } }],
    }),
    get(at('metadata'), `/v2/models/${endpoint}`),
    ...rows.map((row, i) => json(at(`infer, flat, row ${i}`), infer, { id: '7', inputs: row.map(wire) })),
    json(at('infer, nested'), infer, {
      inputs: first.map((tensor) => ({ ...wire(tensor), data: nested(tensor.data, tensor.shape) })),
    }),
    binary(
      at('infer, bytes in and out'),
      infer,
      {
        parameters: { binary_data_output: true },
        inputs: tensors.map(({ tensor: { name, dtype, shape }, bytes }) => ({
          name,
          datatype: datatypeOf(dtype),
          shape,
          parameters: { binary_data_size: bytes.length },
        })),
      },
      tensors.map(({ bytes }) => bytes),
    ),
    ...(halves
      ? [
          binary(
            at('infer, halves'),
            infer,
            {
              inputs: first.map(({ name, shape, data }) => ({
                name,
                datatype: 'FP16',
                shape,
                parameters: { binary_data_size: 2 * data.length },
              })),
            },
            first.map(({ data }) => new Uint8Array(new Float16Array(data.map(Number)).buffer)),
          ),
        ]
      : []),
    json(at('MLflow, records'), invocations, { dataframe_records: named }),
    json(at('MLflow, split'), invocations, {
      dataframe_split: { columns: names, data: named.map((row) => Object.values(row)) },
    }),
    json(at(TENSORS_BY_NAME), invocations, {
      inputs: Object.fromEntries(first.map(({ name, shape, data }) => [name, nested(data, shape)])),
    }),
    {
      ...json(
        at('MLflow, CSV'),
        invocations,
        [names, ...named.map((row) => Object.values(row))].map((line) => line.join(',')).join('\n'),
      ),
      headers: { 'content-type': 'text/csv' },
    },
  ];
}

const prediction = '0190b6b1-7b7b-7b7b-8b7b-7b7b7b7b7b7b';
const fact = (tail: string, change: object): object => ({
  id: `0190b6b1-7b7b-7b7b-8b7b-${tail.padStart(12, '0')}`,
  occurredAt: '2026-01-01T00:00:00Z',
  ...change,
});

/** The recipe with everything around its models, and the doors that need none. */
export function recipeRequests(): readonly SetRequest[] {
  const path = '/v1/predict/fraud-decision';
  const bodyOf = (i: number): object => ({
    inputs: { user_id: `u${i}`, amount: i * 217.37 - 20 },
    features: { user_txn__amount_24h: i ** 2 / 7, user_txn__count_1h: i % 5 },
    at: '2026-01-02T03:04:05Z',
  });
  return [
    ...Array.from({ length: 12 }, (_, i) => json(`recipe: row ${i}`, path, bodyOf(i))),
    json(WITH_REASONS, path, { ...bodyOf(3), reasons: 3 }),
    json('recipe: a null feature', path, {
      ...bodyOf(3),
      features: { user_txn__amount_24h: null, user_txn__count_1h: 1 },
    }),
    json('recipe: a batch', `${path}/batch`, { rows: [bodyOf(1), bodyOf(2), { inputs: {} }, bodyOf(3)] }),
    json('recipe: a field that is none', path, { ...bodyOf(1), colour: 'red' }),
    json('facts: outcomes', '/v1/outcomes', {
      outcomes: [
        fact('1', { predictionId: prediction, value: 1 }),
        fact('2', { predictionId: prediction, value: 'late' }),
        7,
      ],
    }),
    json('facts: exposures', '/v1/exposures', { exposures: [{ id: 'x' }, 7] }),
  ];
}

/** Where JSON says less, or other, than tensors hold. */
export function trapRequests(): readonly SetRequest[] {
  const path = '/v2/models/every-type/infer';
  const tensors = (change: Readonly<Record<string, object>> = {}): { inputs: object[] } => ({
    inputs: Object.entries(ECHOED_VALUES).map(([name, data]) => ({
      name,
      shape: [1, 2],
      datatype: echoedDatatype(name),
      data,
      ...change[name],
    })),
  });
  const traps: Readonly<Record<string, Readonly<Record<string, object>>>> = {
    'null for a number': { float64: { data: [null, 1] } },
    'text for a number': { float64: { data: ['1', 1] } },
    'a number beyond 2^53': { int64: { data: [2 ** 53 + 2, 1] } },
    'a number beyond its type': { int8: { data: [128, 0] } },
    'a fraction for a whole number': { int32: { data: [1.5, 0] } },
    'a number for a truth': { bool: { data: [1, 0] } },
    'what float32 cannot hold': { x: { data: [1e39, 0] } },
    'fewer values than the shape': { x: { data: [1] } },
    'a huge shape': { x: { shape: [1e12, 2] } },
  };
  return [
    json('traps: every value that a type holds', path, tensors()),
    ...Object.entries(traps).map(([trap, change]) => json(`traps: ${trap}`, path, tensors(change))),
    json('traps: an input twice', path, {
      inputs: [tensors(), tensors()].flatMap(({ inputs }) => inputs),
    }),
    json('traps: NaN out of text', path, '{"inputs": [NaN]}'),
    json('traps: a number beyond 64 bits', path, '{"inputs": [1e400]}'),
  ];
}
