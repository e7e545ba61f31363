import { onlineViewOf } from '../../../core/codec/address.ts';
import { DomainError } from '../../../core/errors.ts';
import { rowOf } from '../../../core/online/answer-row.ts';
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
import type { OnlineStore } from '../domain/online-store.ts';
import { layoutOf } from '../domain/read-layout.ts';
import { findServices } from '../storage/feature-service.ts';
import { findViews } from '../storage/feature-view.ts';
import { StoreQuestions } from './store-questions.ts';

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
    const questions = new StoreQuestions(plan, request.entities.length);
    for (const [i, row] of request.entities.entries()) {
      checkKeyNames(plan, row, i);
      questions.add(i, instantOf(i), keysOf(row, `entities.${i}`));
    }
    const foundIn = await questions.ask(this.#deps.store);
    const rows = request.entities.map((_row, i) => rowOf(plan, foundIn(i), instantOf(i), request.includeExpired));
    return {
      service: plan.service,
      names: [...plan.names],
      values: rows.map(({ values }) => values),
      statuses: rows.map(({ statuses }) => statuses),
      agesMs: rows.map(({ agesMs }) => agesMs),
      ...(rows.some(({ cut }) => cut) && { cut: rows.map(({ cut }) => cut ?? plan.names.map(() => false)) }),
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
    const sameKeys = new Map<string, FeatureView['joinKeys']>();
    const views = service.views.map(({ view: name, version, features }): ViewPlan => {
      const view = found.find((one) => one.name === name && one.version === version);
      if (!view) throw new Error(`${service.name}@${service.version} reads ${name}@${version}, which is gone`);
      const wanted = features.map((feature) => placeOf(view, feature));
      // Views of one entity share its keys: a row’s key is then made once for all of them.
      const joinKeys = sameKeys.get(JSON.stringify(view.joinKeys)) ?? view.joinKeys;
      sameKeys.set(JSON.stringify(joinKeys), joinKeys);
      return {
        onlineView: onlineViewOf(view),
        joinKeys,
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

/** The key of a row in each view; views that share their join keys share it. */
function keysOf(row: Readonly<Record<string, unknown>>, field: string): (view: ViewPlan) => string | null {
  let of: ViewPlan['joinKeys'] | undefined;
  let key: string | null = null;
  return ({ joinKeys }) => {
    if (joinKeys !== of) [of, key] = [joinKeys, checkedKey(joinKeys, row, field)];
    return key;
  };
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
