import { DomainError } from '../../core/errors.ts';
import type { ServingDeployment } from '../serving/deployment.ts';
import { forcedIn } from '../../core/traffic/layers.ts';
import { buildPlan, type BuildTools } from './build-deployment.ts';
import { refusedBecause, type RefusedEntry } from './refused-entries.ts';

/** A release that a deployment can answer without: its shadow, or one for testers. */
interface SecondaryRelease {
  readonly role: 'SHADOW' | 'FORCED';
  readonly release: string;
}

/** What there is to tell of it, for the log. */
export type SecondaryEvent =
  | { readonly kind: `${SecondaryRelease['role']}_READY`; readonly deployment: string; readonly release: string }
  | { readonly kind: `${SecondaryRelease['role']}_REFUSED`; readonly deployment: string; readonly reason: string };

export interface SecondaryDeps extends BuildTools {
  readonly nowMs: () => number;
  readonly onEvent: (event: SecondaryEvent) => void;
}

/**
 * Makes ready the releases beside those that answer, after these: what is slow to come or not fit holds nothing up.
 * What may pass is tried again.
 */
export class SecondaryBuilder {
  readonly #deps: SecondaryDeps;
  readonly #refused = new Map<string, RefusedEntry>();

  constructor(deps: SecondaryDeps) {
    this.#deps = deps;
  }

  /** The deployments with what could be made ready; null where nothing could. */
  async build(serving: ReadonlyMap<string, ServingDeployment>): Promise<ReadonlyMap<string, ServingDeployment> | null> {
    const built = new Map(serving);
    let changed = false;
    for (const [deployment, own] of serving) {
      for (const secondary of lacking(own)) {
        const ready = await this.#try(built.get(deployment) ?? own, secondary);
        if (!ready) continue;
        built.set(deployment, ready);
        changed = true;
      }
    }
    return changed ? built : null;
  }

  async #try(own: ServingDeployment, secondary: SecondaryRelease): Promise<ServingDeployment | null> {
    const { nowMs, onEvent } = this.#deps;
    const { deployment } = own.entry;
    const { role, release } = secondary;
    const key = `${deployment} ${role} ${release}`;
    const before = this.#refused.get(key);
    if (before && (before.retryAtMs === null || before.retryAtMs > nowMs())) return null;
    try {
      const ready = await withSecondary(own, secondary, this.#deps);
      this.#refused.delete(key);
      onEvent({ kind: `${role}_READY`, deployment, release });
      return ready;
    } catch (error) {
      const refused = refusedBecause(error, before, nowMs());
      this.#refused.set(key, refused);
      onEvent({ kind: `${role}_REFUSED`, deployment, reason: refused.reason });
      return null;
    }
  }
}

function lacking({ entry, shadow, forced }: ServingDeployment): readonly SecondaryRelease[] {
  const testers = forcedIn(entry.traffic).filter((release) => !forced.has(release));
  return [
    ...(shadow && !shadow.plan ? [{ role: 'SHADOW', release: shadow.layer.release } as const] : []),
    ...testers.map((release) => ({ role: 'FORCED', release }) as const),
  ];
}

async function withSecondary(
  own: ServingDeployment,
  { role, release }: SecondaryRelease,
  tools: BuildTools,
): Promise<ServingDeployment> {
  const { entry, shadow, forced } = own;
  if (role === 'FORCED') {
    return { ...own, forced: new Map([...forced, [release, await buildPlan(release, entry, tools)]]) };
  }
  if (tools.shadowEngines.length === 0) throw new DomainError('FAILED_PRECONDITION', 'this node scores no shadows');
  const plan = await buildPlan(release, entry, { ...tools, engines: tools.shadowEngines });
  return { ...own, shadow: shadow && { ...shadow, plan } };
}
