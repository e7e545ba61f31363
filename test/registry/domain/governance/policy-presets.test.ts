import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { CONTROLS } from '../../../../subgraphs/registry/domain/governance/control.ts';
import { answerOf } from '../../../../subgraphs/registry/domain/governance/policy-preset.ts';
import { POLICY_PRESETS } from '../../../../subgraphs/registry/domain/governance/policy-presets.ts';
import { stricterPolicy } from '../../../../subgraphs/registry/domain/governance/stricter-policy.ts';
import {
  DEFAULT_POLICIES,
  OPEN_POLICY,
  readTierPolicy,
  type TierPolicy,
} from '../../../../subgraphs/registry/domain/governance/tier-policy.ts';
import { RULES } from '../../../../subgraphs/registry/domain/rule.ts';

const graph = buildSchema(readFileSync('schema/supergraph.graphql', 'utf8'), { assumeValidSDL: true });
const GATES = ['quality', 'fairness', 'explainability', 'security', 'performance'];

describe('a control', () => {
  it.each(Object.entries(CONTROLS))(
    '%s has a rule or gate that is there, and a query that the graph answers',
    (_, control) => {
      if (control.kind === 'RULE') expect(Object.keys(RULES)).toContain(control.name);
      if (control.kind === 'GATE') expect(GATES).toContain(control.name);
      if (control.kind === 'RECORD') expect(control.evidence).toContain(control.name.split('.').at(-1));
      expect(validate(graph, parse(control.evidence)).map(({ message }) => message)).toEqual([]);
    },
  );
});

describe('a policy preset', () => {
  it.each(Object.values(POLICY_PRESETS))(
    '$name says of each clause what answers it, or what nothing here does',
    (preset) => {
      expect(preset.clauses.length).toBeGreaterThan(2);
      expect(new Set(preset.clauses.map(({ name }) => name)).size).toBe(preset.clauses.length);
      for (const clause of preset.clauses) {
        expect(clause.controls.length > 0 || clause.left !== null, clause.name).toBe(true);
        expect(answerOf(clause) === 'ANSWERED', clause.name).toBe(clause.left === null);
      }
      for (const policy of Object.values(preset.tiers)) expect(readTierPolicy(policy)).toEqual(policy);
    },
  );

  it('says plainly that consent and erasure are not answered', () => {
    const open = POLICY_PRESETS.DPDP.clauses.filter((clause) => answerOf(clause) === 'NOT_ANSWERED');
    expect(open.map(({ name }) => name)).toEqual(['consent', 'erasure']);
  });
});

const strict: TierPolicy = {
  ...DEFAULT_POLICIES.HIGH,
  quality: { limits: [{ metric: 'rocAuc', least: 0.7, most: 0.99 }], noWorseThanChampion: false },
  security: { operators: ['Gemm', 'Relu'], mostBytes: 1_000 },
  performance: { mostP99Ms: 5, leastRowsPerSecond: 100, mostMemoryBytes: null },
};
const other: TierPolicy = {
  ...DEFAULT_POLICIES.MEDIUM,
  approvals: 4,
  revalidateDays: 90,
  quality: {
    limits: [
      { metric: 'rocAuc', least: 0.8 },
      { metric: 'brier', most: 0.2 },
    ],
    noWorseThanChampion: true,
  },
  fairness: {
    attributesRequired: false,
    leastRows: 10,
    limits: { demographicParity: 0.3, equalOpportunity: 0.05, predictiveParity: null, fourFifths: 0.9 },
  },
  security: { operators: ['Relu', 'Sigmoid'], mostBytes: null },
  performance: { mostP99Ms: 10, leastRowsPerSecond: 500, mostMemoryBytes: 4_000_000 },
};

describe('the stricter of two policies', () => {
  it('asks for all that either asks for', () => {
    expect(stricterPolicy(strict, other)).toEqual({
      approvals: 4,
      committee: 1,
      revalidateDays: 90,
      evaluation: { recomputed: true, leastRows: 100 },
      quality: {
        limits: [
          { metric: 'rocAuc', least: 0.8, most: 0.99 },
          { metric: 'brier', most: 0.2 },
        ],
        noWorseThanChampion: true,
      },
      fairness: {
        attributesRequired: true,
        leastRows: 10,
        limits: { demographicParity: 0.2, equalOpportunity: 0.05, predictiveParity: 0.1, fourFifths: 0.9 },
      },
      security: { operators: ['Relu'], mostBytes: 1_000 },
      performance: { mostP99Ms: 5, leastRowsPerSecond: 500, mostMemoryBytes: 4_000_000 },
      compatibility: {
        distributions: { mostPsi: 0.25, leastRows: 100, recentDays: 30, mustBeComputed: true },
      },
      explainability: true,
      triedFirst: true,
    });
  });

  it('is the policy itself where the other asks for nothing, and the same whichever comes first', () => {
    expect(stricterPolicy(strict, OPEN_POLICY)).toEqual(strict);
    expect(stricterPolicy(OPEN_POLICY, strict)).toEqual(strict);
    expect(stricterPolicy(strict, strict)).toEqual(strict);
    const [first, second] = [stricterPolicy(strict, other), stricterPolicy(other, strict)];
    expect(second).toEqual(first);
  });
});
