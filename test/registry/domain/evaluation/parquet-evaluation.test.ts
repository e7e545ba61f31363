import { existsSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEvaluation } from '../../../../subgraphs/registry/domain/evaluation/read-evaluation.ts';
import { readEvaluationBlob } from '../../../../subgraphs/registry/storage/evaluation/evaluation-blob.ts';
import { readParquetEvaluation } from '../../../../subgraphs/registry/storage/evaluation/parquet-evaluation.ts';
import { DirectoryBlobStore } from '../../../../subgraphs/shared/blob/directory-blob-store.ts';
import { asParquet, parquetFile } from '../../../support/evaluation-parquet.ts';
import { evaluationFile } from '../../../support/evaluation.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const HEAD = { format: 'tiffin.evaluation/1', task: 'BINARY', output: 'score' };
const scratch = (): string => temporaryFolder('tiffin-scratch');
const read = (path: string) => readParquetEvaluation(path, scratch());
const readSelect = async (select: string, head: object = HEAD) =>
  read(await parquetFile(select, { 'tiffin.evaluation': JSON.stringify(head) }));

describe('an evaluation file of Parquet', () => {
  it('is the rows that the same JSON lines are', async () => {
    const lines = evaluationFile(
      [
        { id: 'a1', features: [1.25, 0.5], label: 1, attributes: { gender: 'f' }, score: 0.93 },
        { id: 'a2', features: [-1, 0.25], label: 0, attributes: { gender: 'm' }, score: 0.1 },
      ],
      { protected: ['gender'], threshold: 0.25 },
    );
    expect(await read(await asParquet(lines))).toEqual(readEvaluation(lines));
  });

  it('may hold numbers, texts and booleans of any width, what is not finite, and nothing where JSON leaves out', async () => {
    const row = (label: string, id: string, more: string): string =>
      `select ${label} as label, ${id}::bigint as id, null::double as score, ${more}`;
    const inputs = `{n: 2::tinyint, d: 0.5::decimal(4, 2), t: 'x', b: true, f: ['nan'::float, '-inf'::float, 1::float]}`;
    const evaluation = await readSelect(
      `${row('1::smallint', '7', `${inputs} as inputs, {age: 40} as attributes`)} union all ` +
        row('0', 'null', `${inputs} as inputs, null as attributes`),
      { ...HEAD, protected: ['age'] },
    );
    const values = { n: 2, d: 0.5, t: 'x', b: true, f: ['NaN', '-Infinity', 1] };
    expect(evaluation?.rows).toEqual([
      { label: 1, id: 7, score: null, inputs: values, attributes: { age: 40 } },
      { label: 0, id: null, score: null, inputs: values, attributes: { age: null } },
    ]);
  });

  it('without a head is of another kind', async () => {
    expect(await read(await parquetFile('select 1 as label', { tiffin: '{}' }))).toBe(undefined);
  });

  it.each([
    ['the metadata "tiffin.evaluation": task', 'select 1 as label', { ...HEAD, task: 'RANKING' }],
    ['the column "label" is missing: it is a number', 'select {x: 1} as inputs'],
    ['the column "inputs" is missing: it is a struct with a field for each input', 'select 1 as label'],
    [
      'the column "rank" is unknown: columns are id, label, score, inputs, attributes',
      'select {x: 1} as inputs, 1 as label, 1 as rank',
    ],
    ['the column "label" is VARCHAR: "label" is a number', `select {x: 1} as inputs, 'yes' as label`],
    ['the column "label" is BOOLEAN: "label" is a number', 'select {x: 1} as inputs, true as label'],
    [
      'the column "score" is DOUBLE[]: "score" is a number',
      'select {x: 1} as inputs, 1 as label, [0.5::double] as score',
    ],
    ['the column "inputs" is DOUBLE[]: "inputs" is a struct', 'select [1::double] as inputs, 1 as label'],
    ['the column "inputs.x" is DATE: "inputs" is', `select {x: date '2026-01-01'} as inputs, 1 as label`],
    ['the column "inputs.x" is INTEGER[][]: "inputs" is', 'select {x: [[1]]} as inputs, 1 as label'],
    ['the column "attributes.g" is', `select {x: 1} as inputs, 1 as label, {g: ['f']} as attributes`],
    ['row 2: label: is 2; a BINARY evaluation has 0 or 1', 'select {x: 1} as inputs, unnest([1, 2]) as label'],
    ['row 1: label', 'select {x: 1} as inputs, null::double as label'],
    [
      'row 2: inputs.x: is null; a number that is missing is NaN',
      'select {x: unnest([1, null])} as inputs, 1 as label',
    ],
    ['row 1: inputs.x: is null', 'select {x: [1, null]} as inputs, 1 as label'],
    ['it has a head and no rows', 'select {x: 1} as inputs, 1 as label where false'],
    ['it has 200001 rows: at most 200000', 'select {x: 1} as inputs, 1 as label from range(200001)'],
    [
      'it has 10100020 values: at most 10000000',
      'select {x: xs} as inputs, 1 as label from (select list_resize([true], 505000, true) as xs), range(20)',
    ],
    [
      'it has 70000 bytes in a text of "inputs.t": at most 65536',
      `select {t: repeat('x', 70000)} as inputs, 1 as label`,
    ],
    ['bytes of text: at most 67108864', `select {t: ['x', repeat('x', 60000)]} as inputs, 1 as label from range(1200)`],
  ])('is refused where it is wrong: %s', async (message, select, head: object = HEAD) => {
    await expect(readSelect(select, head)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(`evaluation: ${message}`.slice(message.startsWith('bytes') ? 12 : 0)),
      details: { field: 'evaluation' },
    });
  });

  it('is refused where its bytes are damaged, without a word of where it lies', async () => {
    const whole = await readFile(await asParquet(evaluationFile([{ features: [1, 2], label: 1 }])));
    const path = join(scratch(), 'damaged.parquet');
    for (const bytes of [whole.subarray(0, -20), Buffer.from('PAR1'), whole.fill(0x55, 4, 40)]) {
      writeFileSync(path, bytes);
      await expect(read(path)).rejects.toThrow(
        /^evaluation: it begins as Parquet does and is not readable as Parquet: it is damaged$/,
      );
    }
  });
});

describe('the blob of an evaluation', () => {
  const lines = evaluationFile([{ features: [1, 2], label: 1 }]);
  const put = async (bytes: Uint8Array) => {
    const folder = scratch();
    const blobs = await DirectoryBlobStore.open(join(folder, 'blobs'));
    const { sha256 } = await blobs.put([bytes]);
    return { places: { blobs, scratchFolder: join(folder, 'scratch') }, sha256 };
  };

  it.each([
    ['JSON lines', async () => lines, readEvaluation(lines)],
    ['Parquet', async () => readFile(await asParquet(lines)), readEvaluation(lines)],
    ['another kind', async () => Buffer.alloc(200_000, 'x'), undefined],
    ['nothing', async () => new Uint8Array(), undefined],
  ])('is read by its first bytes: %s', async (_, make, evaluation) => {
    const bytes = await make();
    const { places, sha256 } = await put(bytes);
    expect(await readEvaluationBlob(places, sha256)).toEqual({ sizeBytes: bytes.length, evaluation });
  });

  it.each([
    ['JSON lines', async () => lines],
    ['Parquet', async () => readFile(await asParquet(lines))],
  ])('is refused where it is too large, before it is read: %s', async (form, make) => {
    const bytes = await make();
    const { places, sha256 } = await put(bytes);
    await expect(readEvaluationBlob(places, sha256, { parquet: 50, lines: 50 })).rejects.toThrow(
      `evaluation: it is ${form} of ${bytes.length} bytes: at most 50`,
    );
    expect(existsSync(places.scratchFolder)).toBe(false);
  });

  it('is verified in every form', async () => {
    for (const bytes of [lines, await readFile(await asParquet(lines)), Buffer.alloc(200_000, 'x')]) {
      const { places, sha256 } = await put(bytes);
      const damaged = Uint8Array.from(bytes);
      damaged[damaged.length - 6] = 1;
      writeFileSync(join(places.scratchFolder, '../blobs/blobs', sha256.slice(0, 2), sha256), damaged);
      await expect(readEvaluationBlob(places, sha256)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    }
  });
});
