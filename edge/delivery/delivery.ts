import { parseUrn } from '../../core/urn.ts';
import type { ManifestDeployment } from '../../schema/manifest.ts';
import type { Freshness, ServingDeployment, ServingTable, Unserved } from '../serving/deployment.ts';
import { blobsOfModel } from '../../schema/release.ts';
import { releasesAnswering } from '../../core/traffic/layers.ts';
import { openManifest } from './accept-manifest.ts';
import { SecondaryBuilder, type SecondaryEvent } from './secondary.ts';
import { buildDeployment, type BuildTools } from './build-deployment.ts';
import type { FeatureSnapshots } from './feature-snapshots.ts';
import type { HeldState, StateStore } from './held-state.ts';
import {
  heldManifest,
  NewestManifest,
  refusalOf,
  type HeldManifest,
  type ManifestRefusal,
  type NewestManifestDeps,
} from './newest-manifest.ts';
import { refusedBecause, type RefusedEntry } from './refused-entries.ts';

/** What delivery has to tell, for the log. */
export type DeliveryEvent =
  | { readonly kind: 'MANIFEST_ACCEPTED'; readonly revision: number }
  | ManifestRefusal
  | { readonly kind: 'REGISTRY_SILENT'; readonly reason: string }
  | { readonly kind: 'ENTRY_REFUSED'; readonly deployment: string; readonly reason: string }
  | SecondaryEvent
  | { readonly kind: 'SWAPPED'; readonly deployment: string; readonly releases: readonly string[] };

export interface DeliveryDeps extends BuildTools, Omit<NewestManifestDeps, 'onEvent'> {
  readonly state: StateStore;
  readonly snapshots: FeatureSnapshots;
  readonly onEvent: (event: DeliveryEvent) => void;
}

export interface DeploymentReport {
  readonly deployment: string;
  readonly serving: { release: string; createdAt: string; modelVersions: string[]; p99Ms: number }[];
  readonly refused: string | null;
}

/** How old the time of the last contact on the disk may be. */
const SAVE_HEARD_MS = 5_000;

/**
 * What this node serves, kept in step with the registry's signed manifest. Each deployment is swapped by itself when
 * everything that it needs is ready; what cannot be honoured leaves the old one in place and is reported.
 */
export class Delivery implements ServingTable {
  readonly #deps: DeliveryDeps;
  #serving: ReadonlyMap<string, ServingDeployment> = new Map();
  /** Where the entry of each served deployment came from. */
  readonly #origins = new Map<string, HeldManifest>();
  readonly #refused = new Map<string, RefusedEntry>();
  readonly #secondary: SecondaryBuilder;
  readonly #newest: NewestManifest;
  #savedHeardAtMs = 0;
  #kept: ReadonlySet<string> = new Set();

  constructor(deps: DeliveryDeps) {
    this.#deps = deps;
    this.#newest = new NewestManifest(deps);
    this.#secondary = new SecondaryBuilder(deps);
  }

  deployments(): Iterable<ServingDeployment> {
    return this.#serving.values();
  }

  freshness(): Freshness {
    return this.#newest.freshness();
  }

  /** Why the manifest that the registry offers now is not gone by; null while none is refused. */
  manifestRefused(): Pick<ManifestRefusal, 'code' | 'reason'> | null {
    const { refused } = this.#newest;
    return refused && { code: refused.code, reason: refused.reason };
  }

  unserved({
    endpoint,
    environment,
    project,
  }: {
    endpoint: string;
    environment: string;
    project: string;
  }): Unserved | null {
    const named = this.#newest.held?.manifest.deployments.find(
      (entry) =>
        entry.endpoint === endpoint &&
        entry.environment === environment &&
        parseUrn(entry.deployment).project === project,
    );
    if (!named) return null;
    return this.#refused.get(named.deployment) ?? { reason: 'it is being made ready', cause: null };
  }

  report(): DeploymentReport[] {
    const names = new Set([...this.#serving.keys(), ...this.#refused.keys()]);
    return [...names].map((deployment) => ({
      deployment,
      serving: [...(this.#serving.get(deployment)?.plans.values() ?? [])].map(
        ({ digest, createdAt, models, p99Ms }) => ({
          release: digest,
          createdAt,
          modelVersions: [...new Set(models.map(({ version }) => version))],
          p99Ms,
        }),
      ),
      refused: this.#refused.get(deployment)?.reason ?? null,
    }));
  }

  /** Takes up what this node held when it last ran; nothing of it needs the control plane if the blobs are there. */
  async restore(): Promise<void> {
    const state = await this.#deps.state.load();
    if (!state || state.audience !== this.#deps.audience) return;
    const opened = new Map<string, HeldManifest>();
    for (const [revision, envelope] of Object.entries(state.envelopes)) {
      try {
        const manifest = await openManifest(envelope, this.#deps.trusted, this.#deps.audience);
        opened.set(revision, heldManifest(manifest, envelope));
      } catch (error) {
        this.#deps.onEvent(refusalOf(error));
      }
    }
    const newest = opened.get(String(state.revision));
    if (!newest) return;
    for (const [deployment, revision] of Object.entries(state.serving)) {
      const origin = opened.get(revision);
      const entry = origin?.manifest.deployments.find((one) => one.deployment === deployment);
      if (origin && entry) await this.#take(entry, origin);
    }
    this.#newest.restore(newest, Date.parse(state.heardAt));
    await this.#apply();
    await this.#deps.snapshots.restore();
  }

  /** Loads the snapshots of features that the newest manifest names: beside the polls, which wait for none of them. */
  async loadSnapshots(): Promise<void> {
    if (await this.#deps.snapshots.load()) await this.#letGo();
  }

  /** The registry has this revision: from now on questions name it. */
  hear(revision: number): void {
    this.#newest.hear(revision);
  }

  /** Asks the registry once. Never throws: what goes wrong is an event, and what is held goes on. */
  async poll(): Promise<void> {
    const wasSilent = this.#newest.isSilent;
    const found = await this.#newest.ask();
    // Whoever could not be reached can be: what could not be fetched waits no longer.
    if (wasSilent && !this.#newest.isSilent) this.#retryPassing();
    const { revision } = this.freshness();
    if (found === 'ACCEPTED' && revision !== null) {
      this.#refused.clear();
      await this.#save();
      this.#deps.onEvent({ kind: 'MANIFEST_ACCEPTED', revision });
    } else if (found === 'CONFIRMED' && this.#newest.contactAtMs - this.#savedHeardAtMs > SAVE_HEARD_MS) {
      await this.#save();
    }
    await this.#apply();
  }

  /** Brings what is served in line with the newest manifest, as far as it is not and as far as it can be. */
  async #apply(): Promise<void> {
    const newest = this.#newest.held;
    if (!newest) return;
    const { deployments } = newest.manifest;
    let changed = this.#forgetOthers(new Set(deployments.map(({ deployment }) => deployment)));
    // What needs no new release goes first: a kill must not wait for another deployment's download.
    const due = deployments.filter((entry) => this.#isDue(entry)).toSorted((a, b) => this.#news(a) - this.#news(b));
    for (const entry of due) changed = (await this.#take(entry, newest)) || changed;
    for (const { deployment } of deployments) {
      // The same entry under a new signature: the old envelope need not be kept for it.
      if (!this.#refused.has(deployment) && this.#origins.has(deployment)) this.#origins.set(deployment, newest);
    }
    const pinned = deployments.flatMap(({ deployment, snapshots }) => snapshots.map((one) => ({ ...one, deployment })));
    changed = this.#deps.snapshots.want(pinned) || changed;
    const withSecondary = await this.#secondary.build(this.#serving);
    this.#serving = withSecondary ?? this.#serving;
    changed ||= withSecondary !== null;
    if (!changed) return;
    await this.#save();
    await this.#letGo();
  }

  #isDue(entry: ManifestDeployment): boolean {
    const refused = this.#refused.get(entry.deployment);
    if (refused) return refused.retryAtMs !== null && refused.retryAtMs <= this.#deps.nowMs();
    const current = this.#serving.get(entry.deployment);
    return !current || servingPart(current.entry) !== servingPart(entry);
  }

  #retryPassing(): void {
    for (const [deployment, refused] of this.#refused) {
      if (refused.retryAtMs !== null) this.#refused.set(deployment, { ...refused, retryAtMs: 0 });
    }
  }

  /** How many releases would have to be loaded for it. */
  #news({ deployment, traffic }: ManifestDeployment): number {
    const plans = this.#serving.get(deployment)?.plans;
    return releasesAnswering(traffic).filter((digest) => !plans?.has(digest)).length;
  }

  async #take(entry: ManifestDeployment, origin: HeldManifest): Promise<boolean> {
    const { deployment } = entry;
    try {
      const built = await buildDeployment(entry, this.#serving.get(deployment), this.#deps);
      this.#serving = new Map([...this.#serving, [deployment, built]]);
      this.#origins.set(deployment, origin);
      this.#refused.delete(deployment);
      this.#deps.onEvent({ kind: 'SWAPPED', deployment, releases: [...built.plans.keys()] });
      return true;
    } catch (error) {
      const refused = refusedBecause(error, this.#refused.get(deployment), this.#deps.nowMs());
      this.#refused.set(deployment, refused);
      this.#deps.onEvent({ kind: 'ENTRY_REFUSED', deployment, reason: refused.reason });
      return false;
    }
  }

  #forgetOthers(named: ReadonlySet<string>): boolean {
    const gone = [...this.#serving.keys()].filter((deployment) => !named.has(deployment));
    if (gone.length === 0) return false;
    this.#serving = new Map([...this.#serving].filter(([deployment]) => named.has(deployment)));
    for (const deployment of gone) this.#origins.delete(deployment);
    return true;
  }

  async #save(): Promise<void> {
    const { held, contactAtMs } = this.#newest;
    if (!held) return;
    const needed = [held, ...this.#origins.values()];
    const state: HeldState = {
      format: 1,
      audience: this.#deps.audience,
      revision: held.manifest.revision,
      heardAt: new Date(contactAtMs).toISOString(),
      envelopes: Object.fromEntries(needed.map(({ manifest, envelope }) => [String(manifest.revision), envelope])),
      serving: Object.fromEntries(
        [...this.#origins].map(([deployment, { manifest }]) => [deployment, String(manifest.revision)]),
      ),
    };
    try {
      await this.#deps.state.save(state);
      this.#savedHeardAtMs = contactAtMs;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'the disk failed';
      this.#deps.onEvent({ kind: 'REGISTRY_SILENT', reason: `what is held could not be written down: ${reason}` });
    }
  }

  /** Lets go of models and blobs that neither what is served nor what was served until now needs: requests are under way. */
  async #letGo(): Promise<void> {
    const needed = new Set<string>(this.#deps.snapshots.digests());
    for (const { plans, previous, shadow, forced } of this.#serving.values()) {
      const secondary = [previous, shadow?.plan].filter((plan) => plan !== null && plan !== undefined);
      for (const plan of [...plans.values(), ...forced.values(), ...secondary]) {
        needed.add(plan.digest);
        for (const { file } of plan.models) for (const digest of blobsOfModel(file)) needed.add(digest);
      }
    }
    const kept = new Set([...needed, ...this.#kept]);
    this.#kept = needed;
    for (const engine of [...this.#deps.engines, ...this.#deps.shadowEngines]) engine.retain(kept);
    await this.#deps.blobs.retain(kept);
  }
}

/** What of an entry a deployment is made ready by; snapshots come and go beside it. */
const servingPart = (entry: ManifestDeployment): string => JSON.stringify({ ...entry, snapshots: [] });
