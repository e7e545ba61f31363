import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choose } from '../../../core/traffic/choose.ts';
import { roleOf } from '../../../core/traffic/computed-role.ts';
import { LAYER_ORDER } from '../../../core/traffic/layer-kinds.ts';
import {
  checkLayers,
  cutForDevice,
  forcedIn,
  inputsRead,
  layerIn,
  mapReleases,
  releasesAnswering,
  releasesIn,
  requiredBy,
} from '../../../core/traffic/layers.ts';
import { CAPABILITIES, type Traffic } from '../../../schema/manifest.ts';

const [a, b, c, d, e, f] = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => letter.repeat(64)) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
/** One layer of every kind, in order. */
const every: Traffic = [
  { kind: 'FORCED', releases: [f] },
  { kind: 'KILL', reason: 'words for people' },
  { kind: 'HOLDOUT', seed: 'h', unit: 'user', share: 0.1, release: c },
  { kind: 'VARIANT', field: 'state', releases: { TX: d, CA: a } },
  {
    kind: 'ALLOCATION',
    holder: 'tiffin:default:experiment:e',
    holderRevision: 1,
    seed: 's',
    hashVersion: 2,
    unit: 'card',
    arms: [
      { arm: 'new', release: b, ranges: [[0, 0.2]] },
      { arm: 'old', release: a, ranges: [[0.6, 1]] },
    ],
    endsAt: null,
  },
  {
    kind: 'SHADOW',
    holder: 'tiffin:default:shadow:s',
    holderRevision: 1,
    seed: 's',
    hashVersion: 2,
    unit: 'device',
    share: 0.5,
    release: e,
    endsAt: null,
  },
  { kind: 'DEFAULT', release: a },
];

describe('layers', () => {
  it('are known in their order, each kind once', () => {
    expect(every.map(({ kind }) => kind)).toEqual(LAYER_ORDER);
    expect(() => checkLayers(every)).not.toThrow();
  });

  it('name every release that nodes must run, and of those the ones that answer whoever asks', () => {
    expect(releasesIn(every)).toEqual([f, c, d, a, b, e]);
    expect(releasesAnswering(every)).toEqual([c, d, a, b]);
    expect(forcedIn(every)).toEqual([f]);
  });

  it('have each name of a release replaced, and nothing else', () => {
    const fields: string[] = [];
    const mapped = mapReleases(every, (release, field) => {
      fields.push(field);
      return release.toUpperCase();
    });
    expect(fields).toEqual([
      'layers.0.releases.0',
      'layers.2.release',
      'layers.3.releases.TX',
      'layers.3.releases.CA',
      'layers.4.arms.0.release',
      'layers.4.arms.1.release',
      'layers.5.release',
      'layers.6.release',
    ]);
    expect(releasesIn(mapped)).toEqual([f, c, d, a, b, e].map((release) => release.toUpperCase()));
    expect(mapReleases(mapped, (release) => release.toLowerCase())).toEqual(every);
  });

  it('say which inputs they read', () => {
    expect(inputsRead(every)).toEqual([
      { input: 'user', field: 'layers.2.unit' },
      { input: 'state', field: 'layers.3.field', values: ['TX', 'CA'] },
      { input: 'card', field: 'layers.4.unit' },
      { input: 'device', field: 'layers.5.unit' },
    ]);
  });

  it('ask of a node what it can do, and of a device no more than it sees', () => {
    expect(requiredBy(every)).toEqual(['traffic:1', 'forced:1', 'shadow:1']);
    expect(requiredBy(every).filter((capability) => !CAPABILITIES.some((known) => known === capability))).toEqual([]);
    const cut = cutForDevice(every);
    expect(cut.map(({ kind }) => kind)).toEqual(LAYER_ORDER.filter((kind) => kind !== 'FORCED'));
    expect(layerIn(cut, 'KILL')).toEqual({ kind: 'KILL', reason: '' });
    expect(requiredBy(cut)).toEqual(['traffic:1', 'shadow:1']);
    const narrowed = every.map((layer) =>
      layer.kind === 'ALLOCATION'
        ? { ...layer, targeting: { text: 'true', ast: {} }, namespace: { id: 'n', from: 0, to: 0.5 } }
        : layer,
    );
    expect(requiredBy(narrowed)).toEqual(['traffic:1', 'forced:1', 'targeting:1', 'namespace:1', 'shadow:1']);
    expect(requiredBy(narrowed).filter((capability) => !CAPABILITIES.some((known) => known === capability))).toEqual(
      [],
    );
  });

  it('give each release its role: what answers most people comes first', () => {
    const rest = every.filter(({ kind }) => kind !== 'KILL');
    const roles = (traffic: Traffic) => [a, b, c, d, e, f].map((release) => roleOf(release, traffic, new Set()));
    expect(roles(rest)).toEqual(['LIVE', 'CANARY', 'HOLDOUT', 'VARIANT', 'SHADOW', 'TESTED']);
    expect(roles(every)).toEqual(['KILLED', 'KILLED', 'KILLED', 'KILLED', 'SHADOW', 'TESTED']);
    const both: Traffic = [{ kind: 'FORCED', releases: [b, e] }, ...rest.slice(1)];
    expect([roleOf(b, both, new Set()), roleOf(e, both, new Set())]).toEqual(['CANARY', 'SHADOW']);
    expect([roleOf('0', rest, new Set(['0'])), roleOf('0', rest, new Set())]).toEqual(['SUPERSEDED', 'STAGED']);
  });

  it('only ever choose a release that can answer whoever asks, or the tester’s', () => {
    fc.assert(
      fc.property(
        fc.subarray(every.slice(0, -1)),
        fc.record({ user: fc.string(), state: fc.constantFrom('TX', 'CA', 'NV'), card: fc.string() }),
        fc.boolean(),
        (some, inputs, isTester) => {
          const traffic = [...some, every.at(-1)!];
          const unitOf = (field: string): string | null => (inputs as Record<string, string>)[field] ?? null;
          const forced = isTester ? f : null;
          const { release, layer } = choose(traffic, { unitOf, meets: () => true }, 0, forced);
          if (layer === 'FORCED') expect(release).toBe(f);
          else expect(releasesAnswering(traffic)).toContain(release);
          expect(layer === 'FORCED').toBe(isTester && some.some(({ kind }) => kind === 'FORCED'));
        },
      ),
    );
  });

  it.each<[string, (layers: any[]) => unknown, string]>([
    ['an order of their own', (layers) => layers.unshift(layers.pop()), 'stands after DEFAULT'],
    ['two of a kind', (layers) => layers.splice(2, 0, layers[2]), 'there are two HOLDOUT layers'],
    ['no default', (layers) => layers.pop(), 'the last layer must be DEFAULT'],
    ['a holdout of everybody', (layers) => (layers[2].share = 1), 'above 0 and below 1, not 1'],
    ['a variant of nothing', (layers) => (layers[3].releases = {}), 'at least one value'],
    ['arms of one name', (layers) => (layers[4].arms[1].arm = 'new'), 'two arms are called "new"'],
    ['arms that overlap', (layers) => (layers[4].arms[1].ranges = [[0.1, 1]]), 'overlaps one of "new"'],
    ['an empty range', (layers) => (layers[4].arms[1].ranges = [[1, 1]]), 'is empty'],
    ['a shadow of nobody', (layers) => (layers[5].share = 0), 'above 0 and at most 1, not 0'],
    ['a shadow of itself', (layers) => (layers[5].release = a), 'there is nothing to compare'],
  ])('are refused with %s', (_, change, message) => {
    const layers = structuredClone(every);
    change(layers);
    expect(() => checkLayers(layers)).toThrow(message);
  });

  it('may have several variants', () => {
    const layers = [every[3]!, every[3]!, every.at(-1)!];
    expect(() => checkLayers(layers)).not.toThrow();
  });
});
