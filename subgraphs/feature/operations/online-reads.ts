import { onlineViewOf, type JoinKey, type OnlineAddress } from '../../../core/codec/address.ts';
import { decodeBlock } from '../../../core/codec/decode-block.ts';
import { featureStatus, type FeatureStatus } from '../../../core/codec/feature-status.ts';
import type { BlockLayout } from '../../../core/codec/layout.ts';
import { DomainError } from '../../../core/errors.ts';
import { FeatureReadRequest, type FeatureReadAnswer } from '../../../schema/feature-read.ts';
import { validated } from '../../../schema/validated.ts';
import type { Database } from '../../shared/database/database.ts';
import type { RequestContext } from '../../shared/graphql/request-context.ts';
import { blockLayoutOf } from '../domain/block.ts';
import { checkedKey } from '../domain/entity-key.ts';
import { fullName, type FeatureService } from '../domain/feature-service.ts';
import { serviceUrn } from '../domain/ids.ts';
import type { OnlineStore } from '../domain/online-store.ts';
import { jsonOf, type JsonScalar } from '../domain/value.ts';
import { findServices } from '../storage/feature-service.ts';
import { findViews } from '../storage/feature-view.ts';

export interface OnlineReadsDeps {
  readonly db: Database;
  readonly store: OnlineStore;
  readonly now: () => Date;
}

interface ViewPlan {
  readonly onlineView: string;
  readonly joinKeys: readonly JoinKey[];
  readonly layout: BlockLayout;
  readonly ttlMs: number;
  /** Places of the wanted features in the view. */
  readonly indexes: readonly number[];
}

interface ReadPlan {
  readonly service: string;
  readonly names: readonly string[];
  readonly views: readonly ViewPlan[];
  readonly keyNames: ReadonlySet<string>;
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
    // Where the block of each (row, view) comes in the answer of the store; -1 where a key is null.
    const places = request.entities.map((row, i) => {
      checkKeyNames(plan, row, i);
      return plan.views.map(({ onlineView, joinKeys }) => {
        const key = checkedKey(joinKeys, row, `entities.${i}`);
        return key === null ? -1 : addresses.push({ view: onlineView, key }) - 1;
      });
    });
    const blocks = await this.#deps.store.read(addresses);
    const rows = places.map((row, i) => rowOf(plan, row, blocks, instantOf(i), request.includeExpired));
    return {
      service: plan.service,
      names: [...plan.names],
      values: rows.map(({ values }) => values),
      statuses: rows.map(({ statuses }) => statuses),
      agesMs: rows.map(({ agesMs }) => agesMs),
    };
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
      return {
        onlineView: onlineViewOf(view),
        joinKeys: view.joinKeys,
        layout: blockLayoutOf(view),
        ttlMs: view.ttlSeconds * 1_000,
        indexes: features.map((feature) => view.features.findIndex((one) => one.name === feature)),
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

interface AnswerRow {
  readonly values: JsonScalar[];
  readonly statuses: FeatureStatus[];
  readonly agesMs: (number | null)[];
}

function rowOf(
  plan: ReadPlan,
  places: readonly number[],
  blocks: readonly (Uint8Array | null)[],
  nowMs: number,
  includeExpired: boolean,
): AnswerRow {
  const row: AnswerRow = { values: [], statuses: [], agesMs: [] };
  plan.views.forEach(({ layout, ttlMs, indexes }, i) => {
    const block = blocks[places[i] ?? -1] ?? null;
    const decoded = block && decodeBlock(block, layout);
    const stored = decoded?.status === 'OK' ? decoded : null;
    // The store forgets it about then, sooner or later: the answer does not depend on when.
    const found = stored && !isForgotten(stored.eventTimeMs, nowMs, ttlMs) ? stored : null;
    for (const index of indexes) {
      const value = found?.values[index] ?? null;
      const { status, ageMs } = featureStatus(found?.eventTimeMs ?? null, nowMs, ttlMs, value === null);
      const shown = status === 'PRESENT' || (includeExpired && status === 'OUTSIDE_MAX_AGE');
      row.values.push(shown ? jsonOf(value) : null);
      row.statuses.push(status);
      row.agesMs.push(ageMs);
    }
  });
  return row;
}

/** After two TTLs nobody needs to be told any more that a value is too old. */
const isForgotten = (eventTimeMs: number, nowMs: number, ttlMs: number): boolean =>
  ttlMs > 0 && nowMs - eventTimeMs > 2 * ttlMs;
