import { describe, expect, it } from 'vitest';
import { entriesIn, placeOf } from '../../../../subgraphs/registry/domain/tracking/artifact-path.ts';
import { lastOf, withParameters } from '../../../../subgraphs/registry/domain/tracking/tracking.ts';
import { modelFileOf } from '../../../../subgraphs/registry/domain/version/model-file.ts';
import { checkAlias, withLabels } from '../../../../subgraphs/registry/domain/version/registered-model.ts';
import { stageOf } from '../../../../subgraphs/registry/domain/version/stage.ts';

const RUN = 'a'.repeat(32);

describe('places of files', () => {
  it.each([
    [`1/${RUN}/artifacts/model/MLmodel`, { kind: 'owner', group: '1', owner: RUN, path: 'model/MLmodel' }],
    [`/1/${RUN}/artifacts/`, { kind: 'owner', group: '1', owner: RUN, path: '' }],
    [`1/models/m-${RUN}/artifacts/a`, { kind: 'owner', group: '1', owner: `m-${RUN}`, path: 'a' }],
    ['versions/a/3/b/c', { kind: 'version', model: 'a', number: 3, path: 'b/c' }],
  ])('reads %s', (text, place) => expect(placeOf(text)).toEqual(place));

  it.each([
    `1/${RUN}/artifacts/../x`,
    '..',
    `1/${RUN}/artifacts/a//b`,
    `1/${RUN}/artifacts/a\\b`,
    'etc/passwd',
    `1/${RUN}/artifacts/a\0`,
  ])('refuses %j', (text) => expect(() => placeOf(text)).toThrow(/^path: /));

  it('lists what lies right in a folder', () => {
    const files = ['a/x', 'a/b/y', 'a/b/z', 'ab'].map((path) => ({ path, sizeBytes: 1 }));
    expect(entriesIn(files, 'a')).toEqual([
      { path: 'b', sizeBytes: null },
      { path: 'x', sizeBytes: 1 },
    ]);
    expect(entriesIn(files, '').map(({ path }) => path)).toEqual(['a', 'ab']);
  });
});

describe('what a run keeps', () => {
  it('lets no parameter change', () => {
    expect(withParameters({ a: '1' }, { a: '1', b: '2' })).toEqual({ a: '1', b: '2' });
    expect(() => withParameters({ a: '1' }, { a: '2' })).toThrow('"a" is "1" already');
  });

  it('takes the last step, then the last time, then the largest value of a metric', () => {
    const at = (step: number, timestampMs: number, value: number) => ({ key: 'auc', step, timestampMs, value });
    expect(lastOf([at(2, 1, 0.1), at(1, 9, 0.9)])).toEqual([at(2, 1, 0.1)]);
    expect(lastOf([at(2, 5, 0.1), at(2, 4, 0.9)])).toEqual([at(2, 5, 0.1)]);
    expect(lastOf([at(2, 5, 0.9), at(2, 5, 0.1)])).toEqual([at(2, 5, 0.9)]);
  });
});

describe('what is registered', () => {
  const file = (path: string) => ({ path, sha256: 'x', sizeBytes: 1 });
  it('is model.onnx, or the only ONNX file', () => {
    expect(modelFileOf([file('a.onnx'), file('model.onnx')]).path).toBe('model.onnx');
    expect(modelFileOf([file('data/A.ONNX'), file('MLmodel')]).path).toBe('data/A.ONNX');
    expect(() => modelFileOf([file('a.onnx'), file('b.onnx')])).toThrow('several ONNX files');
    expect(() => modelFileOf([file('model.pkl')])).toThrow('no ONNX file among the 1 files');
  });

  it.each(['champion', 'a-b_c', 'v', 'Latest1'])('may be called %s', (alias) =>
    expect(() => checkAlias(alias)).not.toThrow(),
  );
  it.each(['', 'latest', 'LATEST', 'v1', 'V22', 'a b', 'a@b'])('may not be called %j', (alias) =>
    expect(() => checkAlias(alias)).toThrow('alias: '),
  );

  it('has labels within limits', () => {
    expect(withLabels({ a: '1' }, { b: '2' })).toEqual({ a: '1', b: '2' });
    expect(() => withLabels({}, { '': 'x' })).toThrow('key: ');
    expect(() => withLabels({}, { a: 'x'.repeat(8_001) })).toThrow('value: ');
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`k${i}`, '']));
    expect(() => withLabels({}, many)).toThrow('at most 200');
  });
});

describe('the stage that clients of MLflow see', () => {
  it.each([
    ['DRAFT', [], 'None'],
    ['APPROVED', [], 'None'],
    ['APPROVED', [['production', 'LIVE']], 'Production'],
    ['APPROVED', [['staging', 'LIVE']], 'Staging'],
    ['APPROVED', [['production', 'STAGED']], 'Staging'],
    ['APPROVED', [['production', 'SUPERSEDED']], 'Archived'],
    [
      'APPROVED',
      [
        ['production', 'SUPERSEDED'],
        ['staging', 'LIVE'],
      ],
      'Staging',
    ],
    ['SUSPENDED', [['production', 'KILLED']], 'Archived'],
    ['RETIRED', [], 'Archived'],
    ['REJECTED', [], 'Archived'],
  ] as const)('of %s with %j is %s', (state, roles, stage) =>
    expect(
      stageOf(
        state,
        roles.map(([environment, role]) => ({ environment, role })),
      ),
    ).toBe(stage),
  );
});
