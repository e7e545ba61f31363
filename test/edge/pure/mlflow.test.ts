import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { release } from '../support/release.ts';
import { benchApp, KEY, type BenchApp } from '../support/bench-app.ts';

const columns = ['user_id', 'amount', 'user_txn__amount_24h', 'user_txn__count_1h'];
const data = [
  ['u1', 2, 3, 2],
  ['u2', 0.5, 1, null],
];
const records = data.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])));
const byColumn = Object.fromEntries(columns.map((name, i) => [name, data.map((row) => row[i])]));
const csv = `${columns.join(',')}\r\n"u1",2,3,2\r\nu2,5e-1,1.0,\r\n`;
const tensor = [
  [2, 3, 2, 0.5],
  [0, 0, 0, 0],
];

let bench: BenchApp;
beforeEach(async () => {
  bench = await benchApp({ releases: [await release()] });
});
afterEach(() => bench.close());

const invoke = (body: unknown, headers?: Record<string, string>) => bench.post('/invocations', body, headers);
const sendCsv = (text: string, type = 'text/csv') => invoke(text, { 'content-type': type });

describe('POST /invocations', () => {
  it.each<[string, unknown, string?]>([
    ['dataframe_split', { dataframe_split: { columns, index: [7, 8], data } }],
    ['dataframe_split without an index, with empty params', { dataframe_split: { columns, data }, params: {} }],
    ['dataframe_records', { dataframe_records: records }],
    ['instances with names', { instances: records }],
    ['inputs with names', { inputs: byColumn }],
    ['CSV', csv, 'text/csv; charset=utf-8'],
  ])('answers %s as each row would be answered alone, and keeps a record of each', async (_, body, type) => {
    const { status, body: answer } = await invoke(body, type === undefined ? {} : { 'content-type': type });
    expect([status, Object.keys(answer)]).toEqual([200, ['predictions']]);
    expect(answer.predictions).toHaveLength(2);
    for (const [i, row] of records.entries()) {
      const { user_id, amount, ...features } = row;
      const alone = (await bench.post('/v1/predict/fraud-decision', { inputs: { user_id, amount }, features })).body;
      const { score, decision, confidence, reason, release: digest, arm } = alone;
      expect(answer.predictions[i]).toEqual({
        prediction_id: expect.any(String),
        score,
        decision,
        confidence,
        reason,
        release: digest,
        arm,
        fallback: null,
      });
    }
    const kept = (await bench.records()).slice(0, 2).map(({ id }) => id);
    expect(new Set(kept)).toEqual(new Set(answer.predictions.map((one: any) => one.prediction_id)));
  });

  it.each([
    ['instances without names', { instances: tensor }],
    ['inputs without names', { inputs: tensor }],
    ['instances by the names of tensors', { instances: tensor.map((row) => ({ features: row })) }],
    ['inputs by the names of tensors', { inputs: { features: tensor } }],
  ])('sends %s straight to the model', async (_, body) => {
    const { status, body: answer } = await invoke(body);
    const input = { name: 'features', shape: [2, 4], datatype: 'FP32', data: tensor.flat() };
    const oip = (await bench.post('/v2/models/fraud-decision/infer', { inputs: [input] })).body;
    expect([status, answer]).toEqual([200, { predictions: oip.outputs[0].data.map((score: number) => [score]) }]);
  });

  it('is found by its endpoint, and alone where it is the only one', async () => {
    const named = await bench.post('/endpoints/fraud-decision/invocations', { dataframe_records: records });
    expect([named.status, named.body.predictions.length]).toEqual([200, 2]);
    expect(await bench.post('/endpoints/nothing/invocations', { dataframe_records: records })).toMatchObject({
      status: 404,
      body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: expect.stringContaining('nothing@production') },
    });
    const other = await invoke({ dataframe_records: records }, { authorization: 'Bearer other-project' });
    expect([other.status, other.body.error_code]).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
  });

  it('answers all rows or none: nothing is recorded where one cannot be read', async () => {
    const wrong = [...records, { ...records[0], amount: 'much' }];
    const { status, body } = await invoke({ dataframe_records: wrong });
    expect([status, body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect(body.message).toContain('row 2: amount is FLOAT64: "much"');
    expect(bench.log.account().answered).toBe(0);
  });

  it('says which row could not be had, as a passing failure', async () => {
    const { status, body } = await invoke({ dataframe_records: [records[0], { user_id: 'u', amount: 1 }] });
    expect([status, body.error_code]).toEqual([503, 'TEMPORARILY_UNAVAILABLE']);
    expect(body.message).toMatch(/^row 1: no prediction \(FEATURES_UNAVAILABLE\)/);
  });

  it.each<[string, unknown, string]>([
    ['no form', {}, 'send exactly one of dataframe_split, dataframe_records, instances, inputs'],
    ['two forms', { instances: records, inputs: byColumn }, 'inputs: send exactly one of'],
    ['an unknown form', { rows: records }, 'rows: send exactly one of'],
    ['parameters', { instances: records, params: { temperature: 1 } }, 'params: a recipe takes no parameters'],
    ['a split without columns', { dataframe_split: { data } }, 'dataframe_split.columns: is a list of names'],
    ['a split without data', { dataframe_split: { columns } }, 'dataframe_split.data: is a list of rows'],
    [
      'a split with an unknown field',
      { dataframe_split: { columns, data, dtype: 'x' } },
      'dataframe_split.dtype: is no field of it',
    ],
    ['a name twice', { dataframe_split: { columns: ['a', 'a'], data: [[1, 2]] } }, 'a name is there twice'],
    ['a row that is too short', { dataframe_split: { columns, data: [data[0], [1]] } }, 'dataframe_split.data[1]:'],
    ['an index of another length', { dataframe_split: { columns, data, index: [1] } }, 'dataframe_split.index:'],
    ['records that are none', { dataframe_records: [1] }, 'dataframe_records[0]: is no object'],
    ['instances of several kinds', { instances: [records[0], 1] }, 'instances[1]: is no object'],
    ['instances with other names', { instances: [records[0], { amount: 1 }] }, 'instances[1]: has not the names'],
    ['columns of several lengths', { inputs: { ...byColumn, amount: [1] } }, 'inputs.amount: has 1 values'],
    ['an unknown column', { dataframe_records: [{ ...records[0], colour: 1 }] }, 'row 0: "colour" is not one of'],
    ['a missing column', { dataframe_records: [{ user_id: 'u' }] }, 'row 0: amount is missing'],
    ['a number out of text', { dataframe_records: [{ ...records[0], amount: '2' }] }, 'row 0: amount is FLOAT64'],
    ['null for a required input', { dataframe_records: [{ ...records[0], amount: null }] }, 'row 0: amount is missing'],
    ['null within a tensor', { instances: [[null, 1, 2, 3]] }, 'features.data[0]: null is not allowed'],
    ['a ragged tensor', { instances: [[1, 2, 3, 4], [1]] }, 'does not hold the 8 values'],
    ['a tensor of another shape', { instances: [1, 2, 3, 4] }, 'the model takes [-1, 4]'],
    ['an empty tensor', { instances: [] }, 'the model takes [-1, 4]'],
    ['half of a surrogate pair', { dataframe_records: [{ ...records[0], user_id: '\uD800' }] }, 'surrogate pair'],
  ])('refuses %s', async (_, body, message) => {
    const answer = await invoke(body);
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.body)).toEqual(['error_code', 'message']);
    expect(answer.body.message).toContain(message);
    expect(bench.log.account().answered).toBe(0);
  });

  it.each([
    ['more rows than a batch holds', { dataframe_records: Array(501).fill(records[0]) }, 'there are 501 rows'],
    ['no rows', { dataframe_split: { columns, data: [] } }, 'there are 0 rows'],
    ['more columns of rows', { inputs: { user_id: Array(501).fill('u'), amount: Array(501).fill(1) } }, '501 rows'],
    ['a tensor of more rows', { instances: Array.from({ length: 1_001 }, () => [1, 2, 3, 4]) }, 'at most 1000 rows'],
  ])('refuses %s before anything is made of them', async (_, body, message) => {
    const answer = await invoke(body);
    expect([answer.status, answer.body.error_code]).toEqual([400, 'BAD_REQUEST']);
    expect(answer.body.message).toContain(message);
  });

  it('reads CSV by the types of the recipe, and names the row that is wrong', async () => {
    const { body } = await sendCsv('amount,user_id,user_txn__amount_24h,user_txn__count_1h\n1,"a ""b"", c\nd",2,NaN\n');
    expect(body.predictions).toHaveLength(1);
    expect((await bench.records())[0]).toMatchObject({
      inputs: { user_id: 'a "b", c\nd', amount: 1 },
      features: { user_txn__count_1h: { value: 0 } },
    });
    const quoted = await sendCsv(`${columns.join(',')}\nu1,"2,5",3,2\n`);
    expect(quoted.body.message).toContain('row 0: amount is FLOAT64: "2,5"');
  });

  it.each([
    ['a quote that is never closed', 'user_id,amount\n"u,1\n', 'line 2: a quote is never closed'],
    ['text after a quote', 'user_id,amount\n"u"x,1\n', 'line 2: text follows a quoted cell'],
    ['a quote within a cell', 'user_id,amount\nu"x,1\n', 'line 2: a quote stands within a cell'],
    ['a row that is too long', 'user_id,amount\nu,1,2\n', 'row 0: has 3 cells'],
    ['a name twice', 'amount,amount\n1,2\n', 'line 1: names a column twice'],
    ['no name', 'amount,\n1,2\n', 'line 1: names each column'],
    ['no rows', 'user_id,amount\n', 'there are no rows'],
    ['nothing', '', 'line 1: names each column'],
    ['too many rows', `user_id,amount\n${'u,1\n'.repeat(501)}`, 'there are more than 500 rows'],
  ])('refuses CSV with %s', async (_, text, message) => {
    const answer = await sendCsv(text);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain(message);
  });

  it.each([
    ['application/x-parquet', 'only these content types are read: text/csv, application/json'],
    ['text/csv; charset=latin-1', 'charset latin-1'],
    ['application/json; format=pandas-split', 'the parameter format=pandas-split is not known'],
  ])('answers %s with 415 in plain text', async (type, message) => {
    const { status, body, headers } = await sendCsv(csv, type);
    expect([status, headers.get('content-type')]).toEqual([415, 'text/plain; charset=UTF-8']);
    expect(body).toContain(message);
  });

  it('counts each row against the rate of the key', async () => {
    await bench.close();
    bench = await benchApp({ releases: [await release()], rateLimit: 5, monotonicMs: () => 0 });
    expect((await invoke({ dataframe_records: [...records, ...records] })).status).toBe(200);
    const answer = await invoke({ instances: [...tensor, ...tensor] });
    expect([answer.status, answer.body.error_code]).toEqual([429, 'REQUEST_LIMIT_EXCEEDED']);
    expect(answer.headers.get('retry-after')).toBe('1');
  });
});

describe('the token of a tester', () => {
  const headers = { 'x-tiffin-tester': 'none.such' };

  it('is judged on rows with names, and refused where tensors go to the model', async () => {
    const rows = await invoke({ dataframe_records: records }, headers);
    expect([rows.status, rows.body.error_code]).toEqual([403, 'PERMISSION_DENIED']);
    const tensors = await invoke({ instances: tensor }, headers);
    expect([tensors.status, tensors.body.message]).toEqual([400, 'x-tiffin-tester is for /v1/predict']);
  });
});

describe('the other routes of MLflow', () => {
  it.each(['/ping', '/health'])('answers GET %s without a key, as load balancers ask', async (path) => {
    expect((await bench.app.request(path)).status).toBe(200);
  });

  it('tells the version to whoever has a key, and refuses others in its own form', async () => {
    expect(await bench.get('/version')).toEqual({ status: 200, body: '0.0.0', headers: expect.anything() });
    const answer = await bench.app.request('/version');
    expect([answer.status, await answer.json()]).toEqual([
      401,
      { error_code: 'UNAUTHENTICATED', message: expect.stringContaining('send a key') },
    ]);
    const get = await bench.app.request('/invocations', { headers: { authorization: `Bearer ${KEY}` } });
    expect([get.status, await get.json()]).toMatchObject([405, { error_code: 'BAD_REQUEST' }]);
  });
});
