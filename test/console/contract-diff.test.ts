import { expect, it } from 'vitest';
import { contractLines, differences, type ContractOf } from '../../console/pages/model/contract-diff.ts';

const version = (more: Partial<ContractOf> = {}): ContractOf => ({
  id: 'tiffin:default:model-version:fraud@1',
  version: '1.0.0.0',
  digest: 'a'.repeat(64),
  sizeBytes: 10,
  algorithm: null,
  producer: 'skl2onnx',
  codeCommit: null,
  inputs: [{ name: 'features', dtype: 'float32', shape: [-1, 3] }],
  outputs: [{ name: 'score', dtype: 'float32', shape: [-1, 1] }],
  operators: ['Gemm', 'Sigmoid'],
  claimedMetrics: { auc: 0.7 },
  hyperParameters: { depth: 4, bins: [1, 2] },
  ...more,
});

it('says what a file takes and gives, line by line, sizes that may be any in words', () => {
  expect(contractLines(version())).toEqual([
    { name: 'input features', value: 'float32 [any, 3]' },
    { name: 'output score', value: 'float32 [any, 1]' },
    { name: 'operators', value: 'Gemm, Sigmoid' },
    { name: 'made with', value: 'skl2onnx' },
    { name: 'setting depth', value: '4' },
    { name: 'setting bins', value: '[1,2]' },
    { name: 'claimed auc', value: '0.7' },
  ]);
});

it('shows what differs, what came and what went, and only counts what is equal', () => {
  const after = version({
    inputs: [{ name: 'features', dtype: 'float32', shape: [-1, 4] }],
    algorithm: 'trees',
    hyperParameters: { depth: 4 },
  });
  expect(differences(version(), after)).toEqual({
    different: [
      { name: 'input features', before: 'float32 [any, 3]', after: 'float32 [any, 4]' },
      { name: 'setting bins', before: '[1,2]', after: undefined },
      { name: 'algorithm', before: undefined, after: 'trees' },
    ],
    equal: 5,
  });
  expect(differences(version(), version())).toEqual({ different: [], equal: 7 });
});
