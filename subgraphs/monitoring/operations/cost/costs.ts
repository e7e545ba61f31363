import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type Changed } from '../../../shared/operations/change.ts';
import type { PageRequest } from '../../../shared/paging.ts';
import { decisionsCost, type DecidedCount, type DecisionsCost } from '../../domain/cost/cost.ts';
import { checkedPrices, pricedTimes, type Prices, type SetPricesInput } from '../../domain/cost/prices.ts';
import { HOUR_SECONDS, startOf } from '../../domain/indicators/grid.ts';
import { checkedWindow, type TimeWindow } from '../../domain/time-window.ts';
import { insertPrices, listPrices, lockNewestPrices, pricesBefore } from '../../storage/cost/price.ts';
import { versionsOf } from '../../storage/record/release-version.ts';
import { notePrices } from '../../storage/quality/measured-window.ts';
import type { MonitoringDeps } from '../deps.ts';
import { reportedDeployment, watchedDeployment } from '../known-deployment.ts';
import { partsOf } from '../quality/performance.ts';
import { readCosts, type CostFigures } from './read-costs.ts';

const HOUR_MS = HOUR_SECONDS * 1_000;

export interface CostReportInput extends TimeWindow {
  readonly deployment: string;
  readonly windowHours?: number | null;
}

export interface CostSlice {
  readonly modelVersions: readonly string[];
  readonly release: string;
  readonly arm: string;
  readonly decisions: DecisionsCost;
}

export interface CostReport extends TimeWindow {
  readonly deployment: string;
  /** Null where nobody set prices for any of the time. */
  readonly currency: string | null;
  readonly total: CostFigures;
  readonly windows: readonly (TimeWindow & { readonly figures: CostFigures })[];
  readonly slices: readonly CostSlice[];
}

/** What answers cost: the machines, the answers, and what decisions came to, at the prices that were in force. */
export class Costs {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  async setPrices(context: RequestContext, input: SetPricesInput): Promise<Changed<Prices>> {
    const { project, subject: setBy } = context.actor;
    const deployment = await watchedDeployment(this.#deps.db.pool, project, input.deployment);
    return change(this.#deps, context, { action: 'prices.set', subject: deployment }, async (em, at) => {
      const before = await lockNewestPrices(em, project, deployment);
      const prices: Prices = { ...checkedPrices(input, before, at), project, deployment, setAt: at, setBy };
      await insertPrices(em, prices);
      await notePrices(em, prices, at);
      return { value: prices, before, events: [] };
    });
  }

  list({ actor }: RequestContext, deployment: string, page: PageRequest): Promise<readonly Prices[]> {
    return listPrices(this.#deps.db.pool, actor.project, deployment, page);
  }

  /** In whole hours: the first and the last are taken whole. */
  async report({ actor }: RequestContext, input: CostReportInput): Promise<CostReport> {
    const { pool } = this.#deps.db;
    const { project } = actor;
    const asked = checkedWindow('to', input);
    const deployment = await reportedDeployment(pool, project, input.deployment, 'deployment');
    const window = {
      from: startOf(asked.from, HOUR_SECONDS),
      to: new Date(startOf(new Date(asked.to.getTime() - 1), HOUR_SECONDS).getTime() + HOUR_MS),
    };
    const prices = await pricesBefore(pool, project, deployment, window.to);
    const total = await readCosts(pool, { project, deployment }, prices, window);
    const windows: (TimeWindow & { readonly figures: CostFigures })[] = [];
    for (const part of partsOf(window, input.windowHours)) {
      const { figures } = await readCosts(pool, { project, deployment }, prices, part);
      windows.push({ ...part, figures });
    }
    return {
      ...window,
      deployment,
      currency: pricedTimes(prices, window)[0]?.prices.currency ?? null,
      total: total.figures,
      windows,
      slices: await this.#slices(project, total.decided),
    };
  }

  async #slices(project: string, decided: readonly DecidedCount[]): Promise<readonly CostSlice[]> {
    const versions = await versionsOf(this.#deps.db.pool, { project, trust: 'server' }, [
      ...new Set(decided.map(({ release }) => release)),
    ]);
    const groups = Map.groupBy(decided, ({ release, arm }) => `${release} ${arm}`);
    return [...groups.values()].flatMap((counts) => {
      const [first] = counts;
      if (!first) return [];
      const { release, arm } = first;
      return [{ release, arm, modelVersions: versions.get(release) ?? [], decisions: decisionsCost(counts) }];
    });
  }
}
