import { DomainError } from '../../../../core/errors.ts';
import type { Traffic } from '../../../../schema/manifest.ts';
import type { Actor } from '../identity.ts';
import {
  allocationIn,
  checkLayers,
  defaultRelease,
  isKilled,
  layerIn,
  releasesIn,
  replaceLayer,
  shadowIn,
  withDefault,
  type AllocationLayer,
  type ShadowLayer,
} from '../../../../core/traffic/layers.ts';
import { leaseAfter, type Freeze, type Lease } from './lease.ts';
import { ruleRefusal } from '../rule.ts';

/** What decides where a deployment's requests go. */
export interface TrafficState {
  /** Raised by each change; 0 while nothing serves. */
  readonly revision: number;
  /** Empty while nothing serves. */
  readonly layers: Traffic;
  /** Releases that were the default, oldest first; the last one is the default now, the one before it the way back. */
  readonly trail: readonly string[];
  readonly lease: Lease | null;
  /** Who shadows it, if anybody does; beside whoever splits it. */
  readonly shadow: Lease | null;
  readonly freeze: Freeze | null;
}

export const NO_TRAFFIC: TrafficState = { revision: 0, layers: [], trail: [], lease: null, shadow: null, freeze: null };

export const TRAFFIC_CHANGES = [
  'SET',
  'PROMOTE',
  'ROLLBACK',
  'FALLBACK',
  'KILL',
  'ACQUIRE_ALLOCATION',
  'END_ALLOCATION',
  'ACQUIRE_SHADOW',
  'END_SHADOW',
  'TESTERS',
  'LIFT_FREEZE',
] as const;
export type TrafficChangeKind = (typeof TRAFFIC_CHANGES)[number];

/** One change, with digests of releases that are known to belong to the deployment. */
export type TrafficChange =
  | { readonly kind: 'SET'; readonly layers: Traffic; readonly expectedRevision: number }
  | { readonly kind: 'PROMOTE'; readonly release: string; readonly expectedRevision?: number }
  /** `to`: a release that was the default before; left out, one step back. */
  | { readonly kind: 'ROLLBACK'; readonly reason: string; readonly to?: string }
  | { readonly kind: 'FALLBACK'; readonly reason: string }
  | { readonly kind: 'KILL' | 'LIFT_FREEZE'; readonly reason: string }
  | { readonly kind: 'ACQUIRE_ALLOCATION'; readonly layer: AllocationLayer; readonly expectedRevision?: number }
  | { readonly kind: 'END_ALLOCATION'; readonly holder: string; readonly promote?: string }
  | { readonly kind: 'ACQUIRE_SHADOW'; readonly layer: ShadowLayer; readonly expectedRevision?: number }
  | { readonly kind: 'END_SHADOW'; readonly holder: string }
  | { readonly kind: 'TESTERS'; readonly releases: readonly string[] };

export type BackChange = Extract<TrafficChange, { kind: 'ROLLBACK' | 'FALLBACK' }>;

const MAX_TRAIL = 50;

/** The default before the one that is now. */
export const previousRelease = ({ trail }: TrafficState): string | null => trail.at(-2) ?? null;

/** The releases that may answer without another change: those in traffic and the way back. */
export function runnableReleases(traffic: TrafficState): ReadonlySet<string> {
  const previous = previousRelease(traffic);
  return new Set([...releasesIn(traffic.layers), ...(previous === null ? [] : [previous])]);
}

/**
 * Applies one change. Throws CONFLICT for a revision that has moved, a lease that somebody else holds or a freeze;
 * FAILED_PRECONDITION where there is nothing to go back to.
 */
export function applyChange(state: TrafficState, change: TrafficChange, actor: Actor, now: Date): TrafficState {
  if ('expectedRevision' in change) requireRevision(state, change.expectedRevision);
  const next = withoutIdleShadow(changed(state, change, actor, now), change);
  checkLayers(next.layers);
  return { ...next, revision: state.revision + 1, trail: followed(state.trail, next, change) };
}

function changed(state: TrafficState, change: TrafficChange, actor: Actor, now: Date): TrafficState {
  const { layers, freeze } = state;
  switch (change.kind) {
    case 'SET':
      return setLayers(state, change.layers, actor);
    case 'PROMOTE':
      refuseFrozenService(freeze, actor);
      return { ...state, layers: withDefault(layers, change.release) };
    case 'ROLLBACK':
    case 'FALLBACK':
      return wentBack(state, change, actor, now);
    case 'KILL':
      return killed(state, change.reason, actor, now);
    case 'LIFT_FREEZE':
      return { ...state, layers: withoutKill(state, actor), freeze: null };
    case 'ACQUIRE_ALLOCATION': {
      requireServing(state);
      const next = leaseAfter(splitting(state, change.layer), freeze, actor);
      return { ...state, layers: replaceLayer(layers, 'ALLOCATION', change.layer), lease: next };
    }
    case 'ACQUIRE_SHADOW': {
      requireServing(state);
      const next = leaseAfter(shadowing(state, change.layer), freeze, actor);
      return { ...state, layers: replaceLayer(layers, 'SHADOW', change.layer), shadow: next };
    }
    case 'TESTERS': {
      requireServing(state);
      const releases = [...new Set(change.releases)];
      return {
        ...state,
        layers: replaceLayer(layers, 'FORCED', releases.length === 0 ? undefined : { kind: 'FORCED', releases }),
      };
    }
    case 'END_SHADOW': {
      requireHolder(state.shadow, change.holder, 'shadow this deployment');
      const next = leaseAfter(shadowing(state, undefined), freeze, actor);
      return { ...state, layers: replaceLayer(layers, 'SHADOW', undefined), shadow: next };
    }
    case 'END_ALLOCATION':
    default:
      return endedAllocation(state, change, actor);
  }
}

const splitting = ({ lease, layers }: TrafficState, wanted: AllocationLayer | undefined) =>
  ({ kind: 'ALLOCATION', lease, held: allocationIn(layers), wanted }) as const;

const shadowing = ({ shadow, layers }: TrafficState, wanted: ShadowLayer | undefined) =>
  ({ kind: 'SHADOW', lease: shadow, held: shadowIn(layers), wanted }) as const;

/** A shadow whose release has become the default has nothing left to be compared with: it ends. */
function withoutIdleShadow(state: TrafficState, { kind }: TrafficChange): TrafficState {
  const movesDefault = kind === 'PROMOTE' || kind === 'ROLLBACK' || kind === 'FALLBACK' || kind === 'END_ALLOCATION';
  const shadow = shadowIn(state.layers);
  if (!movesDefault || !shadow || shadow.release !== defaultRelease(state.layers)) return state;
  return { ...state, layers: replaceLayer(state.layers, 'SHADOW', undefined), shadow: null };
}

/**
 * The default after going back. One step: while a split runs the split is the newest step, and the default stays; a
 * fallback ends the split and goes to the release before at once. Null where there is nothing to go back to.
 */
export function defaultAfter(state: TrafficState, change: BackChange): string | null {
  if (change.kind === 'FALLBACK') return previousRelease(state);
  const { to } = change;
  if (to === undefined) return allocationIn(state.layers) ? (state.trail.at(-1) ?? null) : previousRelease(state);
  const earlier = state.trail.slice(0, -1);
  if (earlier.includes(to)) return to;
  throw ruleRefusal(
    'G7',
    'to: a rollback goes to a release that was the default before',
    { field: 'to', allowed: [...new Set(earlier)].toReversed() },
    'FAILED_PRECONDITION',
  );
}

/** Back by a step or to a release; a fallback that has none before it stops the deployment instead, and so never fails. */
function wentBack(state: TrafficState, change: BackChange, actor: Actor, now: Date): TrafficState {
  const { kind, reason } = change;
  const target = defaultAfter(state, change);
  if (target === null) {
    if (kind === 'FALLBACK') return killed(state, reason, actor, now);
    throw ruleRefusal('G7', 'there is no earlier release to go back to', {}, 'FAILED_PRECONDITION');
  }
  const freezes = kind === 'FALLBACK' || allocationIn(state.layers) !== undefined;
  return {
    ...state,
    layers: replaceLayer(withDefault(state.layers, target), 'ALLOCATION', undefined),
    lease: null,
    freeze: freezes ? frozenBy(actor, reason, now) : state.freeze,
  };
}

function killed(state: TrafficState, reason: string, actor: Actor, now: Date): TrafficState {
  requireServing(state);
  const layers = replaceLayer(state.layers, 'KILL', { kind: 'KILL', reason });
  return { ...state, layers, freeze: frozenBy(actor, reason, now) };
}

function setLayers(state: TrafficState, layers: Traffic, actor: Actor): TrafficState {
  if (isKilled(layers)) {
    throw new DomainError('INVALID_INPUT', 'a KILL layer is set by killDeployment and lifted by liftFreeze', {
      field: 'layers',
    });
  }
  // As they were given: a kill is put into its place afterwards, which would put them all in order.
  checkLayers(layers);
  refuseFrozenService(state.freeze, actor);
  const lease = leaseAfter(splitting(state, allocationIn(layers)), state.freeze, actor);
  const shadow = leaseAfter(shadowing(state, shadowIn(layers)), state.freeze, actor);
  const kill = layerIn(state.layers, 'KILL');
  return { ...state, layers: replaceLayer(layers, 'KILL', kill), lease, shadow };
}

function endedAllocation(
  state: TrafficState,
  { holder, promote }: Extract<TrafficChange, { kind: 'END_ALLOCATION' }>,
  actor: Actor,
): TrafficState {
  requireHolder(state.lease, holder, "split this deployment's traffic");
  if (promote !== undefined) refuseFrozenService(state.freeze, actor);
  const lease = leaseAfter(splitting(state, undefined), state.freeze, actor);
  const layers = replaceLayer(state.layers, 'ALLOCATION', undefined);
  return { ...state, layers: promote === undefined ? layers : withDefault(layers, promote), lease };
}

function withoutKill(state: TrafficState, actor: Actor): Traffic {
  if (actor.kind !== 'user') {
    throw ruleRefusal('G8', `only a person lifts a kill or a freeze; ${actor.subject} is a ${actor.kind} identity`);
  }
  if (!state.freeze) {
    throw new DomainError('FAILED_PRECONDITION', 'nothing is killed or frozen here', { revision: state.revision });
  }
  return replaceLayer(state.layers, 'KILL', undefined);
}

/** The way back: a new default is added to the trail; going back cuts it off behind where it goes. */
function followed(trail: readonly string[], { layers }: TrafficState, { kind }: TrafficChange): readonly string[] {
  const release = defaultRelease(layers);
  if (release === undefined || release === trail.at(-1)) return trail;
  const back = kind === 'ROLLBACK' || kind === 'FALLBACK' ? trail.lastIndexOf(release) : -1;
  return back < 0 ? [...trail, release].slice(-MAX_TRAIL) : trail.slice(0, back + 1);
}

function requireRevision({ revision }: TrafficState, expected: number | undefined): void {
  if (expected === undefined || expected === revision) return;
  throw ruleRefusal(
    'G6',
    `the traffic is at revision ${revision}, not ${expected}: read it again`,
    { field: 'expectedRevision', revision },
    'CONFLICT',
  );
}

function refuseFrozenService(freeze: Freeze | null, actor: Actor): void {
  if (!freeze || actor.kind === 'user') return;
  throw new DomainError('CONFLICT', `the traffic is frozen since ${freeze.since} by ${freeze.by} (${freeze.reason})`, {
    frozenBy: freeze.by,
  });
}

function requireHolder(lease: Lease | null, holder: string, does: string): void {
  if (lease?.holder === holder) return;
  const now = lease ? `${lease.holder} does` : 'nobody does';
  throw new DomainError('CONFLICT', `${holder} does not ${does}: ${now}`, { holder: lease?.holder ?? null });
}

function requireServing({ layers }: TrafficState): void {
  if (layers.length > 0) return;
  throw new DomainError('FAILED_PRECONDITION', 'nothing serves here yet: promote a release first', { revision: 0 });
}

const frozenBy = ({ subject }: Actor, reason: string, now: Date): Freeze => ({
  since: now.toISOString(),
  by: subject,
  reason,
});
