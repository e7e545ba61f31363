import { describe, expect, it } from 'vitest';
import { readContract } from '../../../../core/onnx/contract.ts';
import { servedBy } from '../../../../subgraphs/registry/domain/governance/dossier.ts';
import { requireTried } from '../../../../subgraphs/registry/domain/governance/live-evidence.ts';
import { tierGates, type Built } from '../../../../subgraphs/registry/domain/governance/tier-gates.ts';
import { DEFAULT_POLICIES, type TierPolicy } from '../../../../subgraphs/registry/domain/governance/tier-policy.ts';
import { requireReadable } from '../../../../subgraphs/registry/domain/serving/features-read.ts';
import type { TrafficRecord } from '../../../../subgraphs/registry/domain/serving/deployment.ts';
import { logisticModel, mlpModel } from '../../../support/onnx-models.ts';

const linear = logisticModel({ features: 2, weights: [1, -1], bias: 0 }).bytes;
const net = mlpModel({
  features: 2,
  layers: [
    { weights: [[1], [2]], bias: [0], activation: 'Relu' },
    { weights: [[1]], bias: [0], activation: 'Sigmoid' },
  ],
}).bytes;

const proof = (engine: string, p99Ms: number | null, agreement: 'EXACT' | 'OFF' = 'EXACT') => ({
  engine,
  version: '1',
  agreement,
  ulps: 0,
  rows: 8,
  p99Ms,
  difference: agreement === 'OFF' ? 'it does not know the operator' : null,
});

const built = (model: Uint8Array, more: Partial<Built> = {}): Built => {
  const { inputs, outputs, operators } = readContract(model);
  const specs = (values: typeof inputs) =>
    values.map(({ shape, ...value }) => ({ ...value, shape: [...(shape ?? [])] }));
  return {
    bytes: model.length,
    operators,
    contract: { inputs: specs(inputs), outputs: specs(outputs) },
    proofs: [proof('ort', 2), proof('tabular', 0.5)],
    model,
    memoryBytes: null,
    judged: { output: 'score', column: 0, rowsPerSecond: 5_000 },
    ...more,
  };
};

const asks = (more: Partial<TierPolicy>): TierPolicy => ({ ...DEFAULT_POLICIES.LOW, ...more });
const judged = (more: Partial<TierPolicy>, of: Built) =>
  tierGates(asks(more), of).map(({ gate, passed, value, limit }) => [gate, passed, value, limit]);

describe('what a tier asks of the bytes and the runs', () => {
  it('is nothing for LOW', () => expect(tierGates(DEFAULT_POLICIES.LOW, built(linear))).toEqual([]));

  it('is only the operators that it names, and a size', () => {
    const operators = [...built(linear).operators];
    expect(judged({ security: { operators, mostBytes: linear.length } }, built(linear))).toEqual([
      ['security.operators', true, 0, 0],
      ['security.size', true, linear.length, linear.length],
    ]);
    const [first, second] = tierGates(asks({ security: { operators: ['Gemm'], mostBytes: 10 } }), built(linear));
    expect(first).toMatchObject({
      gate: 'security.operators',
      passed: false,
      detail: expect.stringContaining('Sigmoid'),
    });
    expect(second).toMatchObject({ gate: 'security.size', passed: false, limit: 10 });
  });

  it('is a time of one row on the fastest proven engine, and rows a second', () => {
    const asked = { performance: { mostP99Ms: 1, leastRowsPerSecond: 4_000, mostMemoryBytes: null } };
    expect(judged(asked, built(linear))).toEqual([
      ['performance.latency', true, 0.5, 1],
      ['performance.throughput', true, 5_000, 4_000],
    ]);
    const slow = built(linear, { proofs: [proof('ort', 2), proof('tabular', 0.5, 'OFF')], judged: undefined });
    expect(judged(asked, slow)).toEqual([
      ['performance.latency', false, 2, 1],
      ['performance.throughput', false, undefined, 4_000],
    ]);
    expect(judged(asked, built(linear, { proofs: [] }))[0]).toEqual(['performance.latency', false, undefined, 1]);
  });

  it('is the most memory of the smoke run, which has to come to its end', () => {
    const asked = { performance: { mostP99Ms: null, leastRowsPerSecond: null, mostMemoryBytes: 100 } };
    const gate = (memoryBytes: number | null) => judged(asked, built(linear, { memoryBytes }));
    expect(gate(100)).toEqual([['performance.memory', true, 100, 100]]);
    expect(gate(101)).toEqual([['performance.memory', false, 101, 100]]);
    expect(gate(null)).toEqual([['performance.memory', false, undefined, 100]]);
  });

  it('is an explanation column by column', () => {
    const [explained] = tierGates(asks({ explainability: true }), built(linear));
    expect(explained).toMatchObject({ passed: true, detail: '"score" is explained column by column' });
    for (const [why, of] of [
      ['it is a neural net', built(net)],
      ['no evaluation that was recomputed', built(linear, { judged: undefined })],
      ['it does not know the operator', built(linear, { proofs: [proof('tabular', null, 'OFF')] })],
      ['the engine that explains is not proven', built(linear, { proofs: [] })],
    ] as const) {
      const [gate] = tierGates(asks({ explainability: true }), of);
      expect(gate, why).toMatchObject({ passed: false, detail: expect.stringContaining(why) });
    }
  });
});

describe('traffic', () => {
  const tried = { modelVersion: 'm@1', deployment: 'd', isAsked: true, hasPredecessor: true, wasTried: false };

  it('answers everybody only once it was tried, where that is asked and can be (G12)', () => {
    expect(() => requireTried(tried)).toThrow(
      'm@1 was in no shadow, canary or experiment of d: try it there first (rule G12)',
    );
    for (const more of [{ isAsked: false }, { hasPredecessor: false }, { wasTried: true }]) {
      expect(() => requireTried({ ...tried, ...more })).not.toThrow();
    }
  });

  it('reads no service that was deleted or deprecated (G11)', () => {
    const read = { featureService: 's@1', isDeleted: false, deprecation: null };
    const deprecation = { reason: 'it counts twice', replacement: null, sunsetAt: null, at: new Date(), by: 'user:a' };
    expect(() => requireReadable(read)).not.toThrow();
    expect(() => requireReadable({ ...read, isDeleted: true })).toThrow('s@1 was deleted (rule G11)');
    expect(() => requireReadable({ ...read, deprecation })).toThrow('s@1 is deprecated: it counts twice (rule G11)');
    expect(() => requireReadable({ ...read, deprecation: { ...deprecation, replacement: 's@2' } })).toThrow('use s@2');
  });

  it('is told as times without a break', () => {
    const record = (revision: number, hour: number, release: string): TrafficRecord =>
      ({
        revision,
        at: new Date(Date.UTC(2026, 2, 1, hour)),
        layers: [{ kind: 'DEFAULT', release }],
        actor: 'user:a',
        reason: `r${revision}`,
      }) as unknown as TrafficRecord;
    const [a, b, other] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string];
    const releases = new Map([
      [a, 'A'],
      [b, 'B'],
    ]);
    const records = [record(4, 4, a), record(1, 1, a), record(2, 2, other), record(3, 3, b)];
    const served = servedBy(records, releases, 'd').map(({ release, from, until, reason }) => [
      release,
      from.getUTCHours(),
      until?.getUTCHours() ?? null,
      reason,
    ]);
    expect(served).toEqual([
      ['A', 1, 2, 'r1'],
      ['B', 3, 4, 'r3'],
      ['A', 4, null, 'r4'],
    ]);
  });
});
