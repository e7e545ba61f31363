import { onlineViewOf, type OnlineAddress } from '../../../core/codec/address.ts';
import { DomainError } from '../../../core/errors.ts';
import { rowOf, type Found } from '../../../core/online/answer-row.ts';
import type { ReadPlan, ValuePlace, ViewPlan } from '../../../core/online/read-plan.ts';
import type { ServiceLayout } from '../../../schema/service-layout.ts';
import { FeatureReadRequest, type FeatureReadAnswer } from '../../../schema/feature-read.ts';
import { validated } from '../../../schema/validated.ts';
import type { Database } from '../../shared/database/database.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { blockLayoutOf } from '../domain/block.ts';
import { checkedKey } from '../domain/entity-key.ts';
import { fullName, type FeatureService } from '../domain/feature-service.ts';
import type { FeatureView } from '../domain/feature-view.ts';
import { serviceUrn } from '../domain/ids.ts';
import { columnFeatures, networkFeatures, networkPlaceOf, windowFeatures, windowPlanOf } from '../domain/log-column.ts';
import type { OnlineStore, WindowQuestion } from '../domain/online-store.ts';
import { layoutOf } from '../domain/read-layout.ts';
import { findServices } from '../storage/feature-service.ts';
import { findViews } from '../storage/feature-view.ts';

export interface OnlineReadsDeps {
  readonly db: Database;
  readonly store: OnlineStore;
  readonly now: () => Date;
}

const MAX_PLANS = 1_000;

/** Reads of a service's features for some entities, as they are now or were to be read at `at`. */
export class OnlineReads {
  readonly #deps: OnlineReadsDeps;
  /** A pinned service never changes, so its plan is made once. */
  readonly #plans = new Map<string, ReadPlan>();

  constructor(deps: OnlineReadsDeps) {
    this.#deps = deps;
  }

  /** Throws INVALID_INPUT that names the field, NOT_FOUND for an unknown service. */
  async read({ actor }: RequestContext, body: unknown): Promise<FeatureReadAnswer> {
    const request = validated(FeatureReadRequest, body);
    const plan = await this.#planOf(actor.project, request.service);
    const instantOf = instants(request, this.#deps.now);
    const addresses: OnlineAddress[] = [];
    const questions: WindowQuestion[] = [];
    const networkQuestions: WindowQuestion[] = [];
    const places = request.entities.map((row, i) => {
      checkKeyNames(plan, row, i);
      return plan.views.map(({ onlineView: view, joinKeys, layout, windows, networks }): FoundAt => {
        const key = checkedKey(joinKeys, row, `entities.${i}`);
        if (key === null) return { block: -1, windows: -1, networks: -1 };
        return {
          block: layout.fields.length === 0 ? -1 : addresses.push({ view, key }) - 1,
          windows: windows ? questions.push({ view, key, plan: windows, atMs: instantOf(i) }) - 1 : -1,
          networks: networks ? networkQuestions.push({ view, key, plan: networks, atMs: instantOf(i) }) - 1 : -1,
        };
      });
    });
    const { store } = this.#deps;
    const [blocks, windows, networks] = await Promise.all([
      store.read(addresses),
      store.readWindows(questions),
      store.readNetworks(networkQuestions),
    ]);
    const rows = places.map((row, i) => {
      const found = row.map((at): Found => ({
        block: blocks[at.block] ?? null,
        windows: windows[at.windows] ?? null,
        networks: networks[at.networks] ?? null,
      }));
      return rowOf(plan, found, instantOf(i), request.includeExpired);
    });
    return {
      service: plan.service,
      names: [...plan.names],
      values: rows.map(({ values }) => values),
      statuses: rows.map(({ statuses }) => statuses),
      agesMs: rows.map(({ agesMs }) => agesMs),
      ...(rows.some(({ cut }) => cut.includes(true)) && { cut: rows.map(({ cut }) => cut) }),
    };
  }

  /** How a pinned service is read from the store, for who reads it there. Throws NOT_FOUND for an unknown service. */
  async layout({ actor }: RequestContext, service: string): Promise<ServiceLayout> {
    return layoutOf(await this.#planOf(actor.project, service));
  }

  async #planOf(project: string, id: string): Promise<ReadPlan> {
    const cacheKey = `${project} ${id}`;
    const known = this.#plans.get(cacheKey);
    if (known) return known;
    const pin = serviceUrn.parse(project, id, 'service');
    const [service] = await findServices(this.#deps.db.em(), project, [pin]);
    if (!service) throw new DomainError('NOT_FOUND', `service: there is no ${id} here`, { field: 'service' });
    const plan = await this.#makePlan(service);
    if (pin.version !== null) {
      if (this.#plans.size >= MAX_PLANS) this.#plans.clear();
      this.#plans.set(cacheKey, plan);
    }
    return plan;
  }

  async #makePlan(service: FeatureService): Promise<ReadPlan> {
    const { project } = service;
    const pins = service.views.map(({ view, version }) => ({ name: view, version }));
    const found = await findViews(this.#deps.db.em(), project, pins);
    const views = service.views.map(({ view: name, version, features }): ViewPlan => {
      const view = found.find((one) => one.name === name && one.version === version);
      if (!view) throw new Error(`${service.name}@${service.version} reads ${name}@${version}, which is gone`);
      const wanted = features.map((feature) => placeOf(view, feature));
      return {
        onlineView: onlineViewOf(view),
        joinKeys: view.joinKeys,
        layout: blockLayoutOf(view),
        ttlMs: view.ttlSeconds * 1_000,
        windows: wanted.some(({ of }) => of === 'WINDOWS') ? windowPlanOf(view) : null,
        networks: wanted.some(({ of }) => of !== 'WINDOWS' && of !== 'BLOCK') ? windowPlanOf(view) : null,
        wanted,
      };
    });
    return {
      service: serviceUrn.format(service),
      names: service.views.flatMap(({ view, features }) => features.map((feature) => fullName(view, feature))),
      views,
      keyNames: new Set(views.flatMap(({ joinKeys }) => joinKeys.map(({ name }) => name))),
    };
  }
}

function placeOf(view: FeatureView, feature: string): ValuePlace {
  const window = windowFeatures(view).findIndex(({ name }) => name === feature);
  if (window >= 0) return { of: 'WINDOWS', index: window };
  const network = networkFeatures(view).find(({ name }) => name === feature);
  if (network) return { of: network.network.function, index: networkPlaceOf(view, network) };
  return { of: 'BLOCK', index: columnFeatures(view).findIndex(({ name }) => name === feature) };
}

/** As of when each row is read. */
function instants({ at, entities }: FeatureReadRequest, now: () => Date): (row: number) => number {
  if (!Array.isArray(at)) {
    const ms = at === undefined ? now().getTime() : Date.parse(at);
    return () => ms;
  }
  if (at.length !== entities.length) {
    throw new DomainError(
      'INVALID_INPUT',
      `at: ${at.length} times for ${entities.length} entities; give one for all, or one for each`,
      { field: 'at', allowed: [1, entities.length] },
    );
  }
  return (row) => Date.parse(at[row] ?? '');
}

function checkKeyNames({ keyNames }: ReadPlan, row: Readonly<Record<string, unknown>>, i: number): void {
  const unknown = Object.keys(row).find((name) => !keyNames.has(name));
  if (unknown === undefined) return;
  const allowed = [...keyNames];
  throw new DomainError(
    'INVALID_INPUT',
    `entities.${i}: "${unknown}" is no join key of this service; it takes ${allowed.join(', ')}`,
    { field: `entities.${i}.${unknown}`, allowed },
  );
}

/** Where the answers of the store have what is known of one entity in one view; -1 where nothing was asked. */
interface FoundAt {
  readonly block: number;
  readonly windows: number;
  readonly networks: number;
}
