import {
  allocationIn,
  defaultRelease,
  isKilled,
  releasesAnswering,
  shadowIn,
} from '../../../../core/traffic/layers.ts';
import { canonicalJson } from '../../../../core/canonical-json.ts';
import type { Release } from './release.ts';
import type { TrafficState } from './traffic.ts';

type Recipe = Release['recipe'];

/** What a change of traffic does, in words: what ends, what begins, where the default goes. */
export function effectsOf(before: TrafficState, after: TrafficState, releases: readonly Release[]): readonly string[] {
  const name = nameIn(releases);
  const [from, to] = [defaultRelease(before.layers), defaultRelease(after.layers)];
  const [splitBefore, splitAfter] = [allocationIn(before.layers), allocationIn(after.layers)];
  const [shadowBefore, shadowAfter] = [shadowIn(before.layers), shadowIn(after.layers)];
  return [
    splitBefore && !splitAfter && `the split of ${splitBefore.holder} ends`,
    splitAfter &&
      canonicalJson(splitAfter) !== canonicalJson(splitBefore ?? null) &&
      `${splitAfter.holder} splits the traffic`,
    from !== to &&
      to !== undefined &&
      `${name(to)} becomes the default${from === undefined ? '' : ` in place of ${name(from)}`}`,
    from === to && from !== undefined && splitBefore && !splitAfter && `${name(from)} stays the default`,
    shadowBefore && !shadowAfter && `the shadow of ${shadowBefore.holder} ends`,
    !isKilled(before.layers) && isKilled(after.layers) && 'the model stops: only the fallback of the recipe answers',
    isKilled(before.layers) && !isKilled(after.layers) && 'the model answers again',
    !before.freeze && after.freeze && 'nobody may split or shadow the traffic until a person calls liftFreeze',
    before.freeze && !after.freeze && 'the traffic may be split and shadowed again',
  ].filter((text): text is string => typeof text === 'string');
}

/** Where requests that were made for the default until now do not fit a release that newly answers. */
export function warningsOf(before: TrafficState, after: TrafficState, releases: readonly Release[]): readonly string[] {
  const held = defaultRelease(before.layers);
  const from = releases.find(({ digest }) => digest === held);
  if (!from) return [];
  const answered = new Set(releasesAnswering(before.layers));
  const becomes = defaultRelease(after.layers);
  return releasesAnswering(after.layers)
    .filter((digest) => (digest === becomes ? digest !== held : !answered.has(digest)))
    .flatMap((digest) => releases.find((release) => release.digest === digest) ?? [])
    .flatMap((to) => differencesOf(from, to));
}

function differencesOf(from: Release, to: Release): readonly string[] {
  const is = inputsOf(to.recipe);
  const was = inputsOf(from.recipe);
  const [then, now] = [`release ${from.number}`, `release ${to.number}`];
  const lacking = [...was.values()]
    .filter(({ name }) => !is.has(name))
    .map(({ name }) => `${now} has no input "${name}", which requests made for ${then} may send`);
  const wanting = [...is.values()]
    .filter(({ name, required }) => required && was.get(name)?.required !== true)
    .map(
      ({ name }) =>
        `${now} requires the input "${name}", which ${then} ${was.has(name) ? 'does not require' : 'does not know'}`,
    );
  const other = [...is.values()].flatMap(({ name, dtype }) => {
    const before = was.get(name)?.dtype;
    return before === undefined || before === dtype
      ? []
      : [`the input "${name}" is ${dtype} in ${now} and ${before} in ${then}`];
  });
  return [...lacking, ...wanting, ...other];
}

const inputsOf = ({ inputs }: Recipe): ReadonlyMap<string, Recipe['inputs'][number]> =>
  new Map(inputs.map((input) => [input.name, input]));

const nameIn =
  (releases: readonly Release[]) =>
  (digest: string): string => {
    const number = releases.find((release) => release.digest === digest)?.number;
    return number === undefined ? `the release ${digest}` : `release ${number}`;
  };
