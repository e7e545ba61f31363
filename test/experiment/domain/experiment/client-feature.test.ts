import { GrowthBookClient } from '@growthbook/growthbook';
import { describe, expect, it } from 'vitest';
import { choose } from '../../../../core/traffic/choose.ts';
import type { LayerAhead } from '../../../../schema/event.ts';
import { GrowthbookFeatures } from '../../../../schema/growthbook.ts';
import type { Traffic } from '../../../../schema/manifest.ts';
import { clientFeature, type TrafficAhead } from '../../../../subgraphs/experiment/domain/experiment/client-feature.ts';
import {
  revise,
  setClientEvaluation,
  type Experiment,
} from '../../../../subgraphs/experiment/domain/experiment/experiment.ts';
import type { Revision } from '../../../../subgraphs/experiment/domain/experiment/revision.ts';
import { rangesOf, type Split } from '../../../../subgraphs/experiment/domain/split.ts';

const AT = new Date('2026-03-10T12:00:00Z');
const UNTARGETED = {
  targeting: null,
  stratum: null,
  covariate: null,
  balance: null,
  secondary: [],
  guardrails: [],
  segments: [],
};
const digest = (letter: string): string => letter.repeat(64);

/** A running experiment whose split has been this, one after another. */
function running(splits: readonly Split[], changes: Partial<Experiment> = {}): Experiment {
  const names = Object.keys(splits[0]!);
  const revisions = splits.reduce<Revision[]>((before, split, i) => {
    const ranges = rangesOf(names, split, before.at(-1)?.ranges);
    return [...before, { ...UNTARGETED, number: i + 1, split, ranges, balanced: null, startedAt: AT, endedAt: null }];
  }, []);
  return {
    project: 'default',
    name: 'ranking',
    description: '',
    hypothesis: 'it sells more',
    deployment: 'tiffin:default:deployment:restaurants@production',
    arms: names.map((name, i) => ({ name, release: `r${i}`, modelVersions: [] })),
    unit: 'user',
    seed: 'köszönöm',
    hashVersion: 2,
    status: 'RUNNING',
    positiveFrom: 0.5,
    split: splits.at(-1)!,
    design: { baseline: 0.5, mde: 0.1, mdeKind: 'RELATIVE', alpha: 0.05, power: 0.8 },
    ...UNTARGETED,
    primary: null,
    namespace: null,
    splitRevision: splits.length,
    revisions,
    decision: null,
    clientEvaluation: true,
    lease: { trafficRevision: 5, lostAt: null },
    pending: null,
    createdAt: AT,
    createdBy: 'user:tester',
    revision: 3,
    ...changes,
  };
}

const heard = (...layers: readonly LayerAhead[]): TrafficAhead => ({ trafficRevision: 5, layers });

/** The traffic that an edge would have of it. */
function trafficOf(experiment: Experiment, ahead: readonly LayerAhead[]): Traffic {
  const { seed, hashVersion, unit, splitRevision: holderRevision, revisions, namespace } = experiment;
  return [
    ...ahead.map((layer): Traffic[number] => {
      if (layer.kind === 'KILL') return { ...layer, reason: 'broken' };
      if (layer.kind === 'HOLDOUT') return { ...layer, release: digest('f') };
      return {
        kind: 'VARIANT',
        field: layer.field,
        releases: Object.fromEntries(layer.values.map((v) => [v, digest('e')])),
      };
    }),
    {
      kind: 'ALLOCATION',
      holder: 'tiffin:default:experiment:ranking',
      holderRevision,
      seed,
      hashVersion,
      unit,
      arms: revisions.at(-1)!.ranges.map((arm) => ({ ...arm, ranges: [...arm.ranges], release: digest('a') })),
      endsAt: null,
      ...(namespace && { namespace: { id: namespace.name, from: namespace.from, to: namespace.to } }),
    } as Traffic[number],
    { kind: 'DEFAULT', release: digest('d') },
  ];
}

type Attributes = Readonly<Record<string, string>>;

/** Asks GrowthBook's own SDK and the edge's own function about each; answers how many got an arm. */
function expectEqual(experiment: Experiment, ahead: readonly LayerAhead[], asked: Iterable<Attributes>): number {
  const features = { [experiment.name]: clientFeature(experiment, heard(...ahead)) };
  const payload = GrowthbookFeatures.parse(JSON.parse(JSON.stringify({ status: 200, features })));
  const client = new GrowthBookClient().initSync({ payload: payload as never });
  const traffic = trafficOf(experiment, ahead);
  let split = 0;
  for (const attributes of asked) {
    const theirs = client.evalFeature(experiment.name, { attributes });
    const ours = choose(traffic, { unitOf: (field) => attributes[field] ?? null, meets: () => false }, AT.getTime());
    const arm = theirs.experimentResult?.key ?? null;
    if (arm !== ours.arm || theirs.value !== (ours.arm ?? experiment.arms[0]!.name)) {
      expect({ attributes, arm, value: theirs.value }).toEqual({ attributes, arm: ours.arm, value: ours.arm });
    }
    if (arm === null) continue;
    split++;
    if (theirs.experimentResult!.bucket !== ours.bucket) expect(theirs.experimentResult!.bucket).toBe(ours.bucket);
    const { key, phase } = theirs.experiment!;
    if (key !== ours.holder || Number(phase) !== ours.holderRevision) expect([key, phase]).toEqual(ours);
  }
  client.destroy();
  return split;
}

function* units(count: number): Generator<Attributes> {
  for (let n = 0; n < count; n++) {
    const user = n % 3 === 0 ? `user-${n}` : n % 3 === 1 ? String(n) : `${n}·ü漢😀`;
    yield {
      user: n % 97 === 0 ? '' : user,
      ...(n % 5 !== 0 && { household: `h${n % 4_000}` }),
      ...(n % 7 !== 0 && { city: ['Linz', 'Wien', '12', 'true', 'Graz'][n % 5]! }),
    };
  }
}

const HOLDOUT: LayerAhead = { kind: 'HOLDOUT', seed: 'held', unit: 'user', share: 0.07 };
const HALVES = { control: 0.5, candidate: 0.5 };

describe("GrowthBook's SDK over our features", () => {
  it('gives each of 100,000 units exactly the arm, the bucket and the revision that the edge gives', () => {
    const experiment = running([
      { today: 0.7, a: 0.15, b: 0.05 },
      { today: 0.4, a: 0.25, b: 0.2 },
      { today: 0.5, a: 0.1, b: 0.3 },
    ]);
    // Arms that shrank and grew have several ranges each.
    expect(experiment.revisions.at(-1)!.ranges.some(({ ranges }) => ranges.length > 1)).toBe(true);
    const ahead: LayerAhead[] = [HOLDOUT, { kind: 'VARIANT', field: 'city', values: ['Linz', '12'] }];
    const split = expectEqual(experiment, ahead, units(100_000));
    expect(split).toBeGreaterThan(40_000);
  });

  it.each<[string, Experiment, LayerAhead[], [number, number]]>([
    ['halves', running([HALVES]), [], [3_900, 4_000]],
    ['the older hash', running([{ control: 0.3, candidate: 0.3 }], { hashVersion: 1 }), [], [2_200, 2_600]],
    ['the least share', running([{ control: 0.0001, candidate: 0.0001 }]), [], [0, 10]],
    ['a holdout of the same unit', running([HALVES]), [HOLDOUT], [3_500, 3_800]],
    ['a holdout of another unit', running([HALVES]), [{ ...HOLDOUT, unit: 'household', share: 0.5 }], [2_000, 2_800]],
    [
      'two variants and a holdout of another unit',
      running([HALVES]),
      [
        { ...HOLDOUT, unit: 'household' },
        { kind: 'VARIANT', field: 'city', values: ['Wien'] },
        { kind: 'VARIANT', field: 'household', values: ['h7', 'h8'] },
      ],
      [2_900, 3_500],
    ],
    [
      'a slice of a namespace',
      running([HALVES], { namespace: { name: 'prices', from: 0.2, to: 0.6 } }),
      [],
      [1_450, 1_750],
    ],
    [
      'a slice of a namespace and a holdout of another unit',
      running([HALVES], { namespace: { name: 'prices', from: 0, to: 0.5 } }),
      [{ ...HOLDOUT, unit: 'household', share: 0.5 }],
      [1_000, 1_400],
    ],
    ['a kill', running([HALVES]), [{ kind: 'KILL' }], [0, 0]],
    ['names like those of objects', running([{ constructor: 0.5, __proto__2: 0.5 }]), [], [3_900, 4_000]],
  ])('agrees with the edge: %s', (_, experiment, ahead, [least, most]) => {
    const split = expectEqual(experiment, ahead, units(4_000));
    expect(split).toBeGreaterThanOrEqual(least);
    expect(split).toBeLessThanOrEqual(most);
  });

  it('reads a number or a yes as the edge reads its text', () => {
    const values = ['12', 'true'];
    const feature = clientFeature(running([HALVES]), heard({ kind: 'VARIANT', field: 'city', values }));
    const client = new GrowthBookClient().initSync({ payload: { features: { ranking: feature } } as never });
    const armOf = (city: unknown): unknown =>
      client.evalFeature('ranking', { attributes: { user: 'u1', city } }).experimentResult?.key;
    expect([armOf(12), armOf('12'), armOf(true), armOf('true')]).toEqual(Array(4).fill(undefined));
    expect(armOf(13)).toBe(armOf('Wien'));
    expect(armOf(13)).toBeDefined();
    client.destroy();
  });
});

it('shows no experiment with targeting to clients, which could not evaluate it', () => {
  const targeted = running([HALVES], { clientEvaluation: false, targeting: 'city == "Linz"' });
  expect(() => setClientEvaluation(targeted, true)).toThrow('allowed: clients cannot evaluate targeting');
  expect(() => revise(running([HALVES]), { targeting: 'city == "Linz"' }, AT)).toThrow('targeting: clients evaluate');
  expect(setClientEvaluation(running([HALVES]), false).clientEvaluation).toBe(false);
});

describe('a feature without a split', () => {
  const decided = (arm: string | null): Partial<Experiment> => ({
    status: 'DECIDED',
    lease: null,
    decision: { arm, reason: 'because', recommendation: 'SHIP', by: 'user:tester', at: AT },
  });
  it.each<[string, Partial<Experiment>, TrafficAhead | null, string]>([
    ['stopped', { status: 'STOPPED', lease: null }, heard(), 'control'],
    ['decided for an arm', decided('candidate'), heard(), 'candidate'],
    ['decided for none', decided(null), heard(), 'control'],
    ['whose traffic somebody took', { lease: { trafficRevision: 5, lostAt: AT } }, heard(), 'control'],
    ['of whose traffic nothing was heard', {}, null, 'control'],
    ['of whose traffic only older news was heard', {}, { trafficRevision: 4, layers: [] }, 'control'],
  ])('is one value for everybody: %s', (_, changes, ahead, defaultValue) => {
    expect(clientFeature(running([HALVES], changes), ahead)).toEqual({ defaultValue });
  });
});
