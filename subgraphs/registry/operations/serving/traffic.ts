import { randomUUID } from 'node:crypto';
import { DomainError } from '../../../../core/errors.ts';
import type { Traffic as Layers } from '../../../../schema/manifest.ts';
import { canonicalJson } from '../../../../core/canonical-json.ts';
import { digestOf } from '../../../shared/audit/canonical-json.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import { deploymentEvent } from '../../domain/catalogue/asset-events.ts';
import { releasesIn } from '../../../../core/traffic/layers.ts';
import type { Deployment } from '../../domain/serving/deployment.ts';
import { deploymentUrn } from '../../domain/ids.ts';
import { requireTargeting, withCheckedTargeting } from '../../domain/serving/targeting.ts';
import { applyChange, type TrafficChange } from '../../domain/serving/traffic.ts';
import { requireFields } from '../../domain/serving/traffic-fields.ts';
import { changeOfCanary, type RequestedChange } from '../../domain/serving/canary.ts';
import { effectsOf, warningsOf } from '../../domain/serving/traffic-effects.ts';
import { lockDeployment, saveDeployment } from '../../storage/serving/deployment.ts';
import { makeSnapshotsDue } from '../../storage/serving/feature-snapshot.ts';
import { findByCause, insertTrafficRecord } from '../../storage/serving/traffic-record.ts';
import type { RegistryDeps } from '../deps.ts';
import { requireForward } from './forward-checks.ts';
import { ReleaseNames } from './release-names.ts';
import { fallbackIfUnfit } from './rollback-targets.ts';

/** A change as somebody asks for it: releases by id or by digest. */
export interface ChangeTrafficInput {
  readonly deployment: string;
  readonly change: RequestedChange;
  /** Names the decision: the same cause again changes nothing. */
  readonly cause?: string | null;
  readonly reason?: string | null;
  /** Tells what the change would do, or why it would be refused, and changes nothing. */
  readonly dryRun?: boolean;
}

export interface ChangedTraffic extends Changed<Deployment> {
  /** False: this cause had been carried out before, or it was a dry run. */
  readonly applied: boolean;
  /** What the change does, in words. */
  readonly effects: readonly string[];
  /** Where requests may not fit what answers them after the change. */
  readonly warnings: readonly string[];
}

/** The only writer of traffic. */
export class Traffic {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  async change(context: RequestContext, input: ChangeTrafficInput): Promise<ChangedTraffic> {
    const key = deploymentUrn.parse(context.actor.project, input.deployment, 'deployment');
    const { actor } = context;
    const { reason = null } = input;
    const cause = causeOf(input.cause);
    const asked = digestOf(input.change);
    const name = { action: actionOf(input.change), subject: deploymentUrn.format(key) };
    let applied = input.dryRun !== true;
    let consequences: Pick<ChangedTraffic, 'effects' | 'warnings'> = { effects: [], warnings: [] };
    const changed = await change(this.#deps, context, name, async (em, at) => {
      const before = await lockDeployment(em, key, 'deployment');
      const earlier = await findByCause(em, key, cause);
      if (earlier) {
        if (earlier.request !== asked) throw causeTaken(cause, earlier.revision);
        applied = false;
        return { value: before, unchanged: true };
      }
      const names = new ReleaseNames(em, before);
      const resolved = await this.#withTargeting(names, await this.#resolved(names, before, input.change));
      const fit = await fallbackIfUnfit(em, this.#deps.blobs, before, resolved);
      const traffic = applyChange(before.traffic, fit, actor, at);
      const releases = await names.named([...releasesIn(before.traffic.layers), ...releasesIn(traffic.layers)]);
      requireFields(traffic.layers, releases);
      if (isForward(fit)) requireTargeting(traffic.layers, releases);
      if (isForward(fit)) {
        const added = newIn(before.traffic.layers, traffic.layers);
        await requireForward(em, { before, added, after: traffic.layers, releases, now: this.#deps.now() });
      }
      consequences = {
        effects: effectsOf(before.traffic, traffic, releases),
        warnings: warningsOf(before.traffic, traffic, releases),
      };
      const after: Deployment = { ...before, traffic, revision: before.revision + 1 };
      if (!applied) return { value: after, unchanged: true };
      await saveDeployment(em, after);
      await makeSnapshotsDue(em, key, at);
      await insertTrafficRecord(em, {
        ...key,
        revision: traffic.revision,
        kind: fit.kind,
        cause,
        request: asked,
        layers: traffic.layers,
        reason,
        actor: actor.subject,
        onBehalfOf: actor.onBehalfOf ?? null,
        at,
      });
      return {
        value: after,
        before: before.traffic,
        after: traffic,
        reason: reason ?? `cause ${cause}`,
        events: [deploymentEvent(after, releases, at)],
      };
    });
    if (applied) await this.#deps.publish(key.project);
    return { ...changed, ...consequences, applied };
  }

  /** The change with digests for names; a canary becomes the change that it comes to. */
  async #resolved(names: ReleaseNames, { traffic }: Deployment, asked: RequestedChange): Promise<TrafficChange> {
    if (asked.kind !== 'CANARY') return names.resolve(asked);
    const digest = await names.digestOf(asked.release, 'release');
    const [release] = await names.named([digest]);
    if (!release) throw new Error(`the release ${digest} was found and is gone`);
    return changeOfCanary(traffic, asked, release);
  }

  /** The change with its conditions checked: as they stand in the layers, so that the same ones again change nothing. */
  async #withTargeting(names: ReleaseNames, asked: TrafficChange): Promise<TrafficChange> {
    if (asked.kind === 'SET') {
      return { ...asked, layers: withCheckedTargeting(asked.layers, await names.named(releasesIn(asked.layers))) };
    }
    if (asked.kind !== 'ACQUIRE_ALLOCATION') return asked;
    const layers: Layers = [asked.layer];
    const [layer] = withCheckedTargeting(layers, await names.named(releasesIn(layers)));
    return layer?.kind === 'ALLOCATION' ? { ...asked, layer } : asked;
  }
}

/** `traffic.set`, `traffic.lift-freeze`: how the audit names a change. */
const actionOf = ({ kind }: RequestedChange): string => `traffic.${kind.toLowerCase().replaceAll('_', '-')}`;

/** Changes that could send traffic where none was; the others only take it back. */
const isForward = ({ kind }: TrafficChange): boolean =>
  kind === 'SET' ||
  kind === 'PROMOTE' ||
  kind === 'ACQUIRE_ALLOCATION' ||
  kind === 'END_ALLOCATION' ||
  kind === 'ACQUIRE_SHADOW' ||
  kind === 'TESTERS';

/** The layers that a change brings or changes. */
function newIn(before: Layers, after: Layers): Layers {
  const held = new Set(before.map(canonicalJson));
  return after.filter((layer) => !held.has(canonicalJson(layer)));
}

function causeOf(cause: string | null | undefined): string {
  if (cause === undefined || cause === null) return `once:${randomUUID()}`;
  if (cause.length >= 1 && cause.length <= 200) return cause;
  throw new DomainError('INVALID_INPUT', 'a cause has 1 to 200 characters', { field: 'cause' });
}

const causeTaken = (cause: string, revision: number): DomainError =>
  new DomainError(
    'CONFLICT',
    `the cause "${cause}" made revision ${revision}, which was another change: name a new cause`,
    {
      field: 'cause',
      revision,
    },
  );
