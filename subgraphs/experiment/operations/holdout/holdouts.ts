import type { AssetEventInput } from '../../../../schema/event.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { change, type ChangeDeps, type Changed } from '../../../shared/operations/change.ts';
import { refuseOverlap } from '../../domain/experiment/namespace.ts';
import { checkHoldout, endHoldout, type Holdout } from '../../domain/holdout/holdout.ts';
import { holdoutIds, metricIds } from '../../domain/ids.ts';
import { holdersOf } from '../../storage/experiment/namespace-holders.ts';
import { secondaryOf, type MetricUseInput } from '../metric/metric-uses.ts';
import { reportOf, type HoldoutReport } from './holdout-report.ts';
import { insertHoldout, lockHoldout, saveHoldout } from '../../storage/holdout/holdout.ts';

export interface HoldoutInput extends Pick<Holdout, 'name' | 'description' | 'unit' | 'namespace' | 'entry'> {
  readonly metrics: readonly MetricUseInput[];
}

/** What can be done with holdouts: one method per mutation. */
export class Holdouts {
  readonly #deps: ChangeDeps;

  constructor(deps: ChangeDeps) {
    this.#deps = deps;
  }

  /** Holds a slice of a namespace. Throws INVALID_INPUT that names who holds a part of it, and what is free. */
  async create(context: RequestContext, input: HoldoutInput): Promise<Changed<Holdout>> {
    const { project, subject: createdBy } = context.actor;
    const createdAt = this.#deps.now();
    const state = { status: 'ACTIVE', createdAt, createdBy, endedAt: null, reason: null, revision: 1 } as const;
    const metrics = await secondaryOf(this.#deps.db.em(), project, input.metrics, 'metrics');
    const holdout: Holdout = { ...input, metrics, project, ...state };
    checkHoldout(holdout);
    const name = { action: 'holdout.create', subject: holdoutIds.format(holdout) };
    return change(this.#deps, context, name, async (em, at) => {
      const { unit, namespace: slice } = holdout;
      refuseOverlap({ unit, slice }, await holdersOf(em, project, slice.name));
      await insertHoldout(em, holdout);
      return { value: holdout, events: [holdoutEvent(holdout, at)] };
    });
  }

  /** What held out units do against all others; null where it has no event that says who is there. */
  report(holdout: Holdout): Promise<HoldoutReport | null> {
    return reportOf(this.#deps, holdout);
  }

  /** Gives its slice back to experiments. */
  end(
    context: RequestContext,
    { holdout: id, reason }: { readonly holdout: string; readonly reason: string },
  ): Promise<Changed<Holdout>> {
    const { project, name } = holdoutIds.parse(context.actor.project, id, 'holdout');
    const named = { action: 'holdout.end', subject: holdoutIds.format({ project, name }) };
    return change(this.#deps, context, named, async (em, at) => {
      const before = await lockHoldout(em, project, name);
      const value = endHoldout(before, reason, at);
      await saveHoldout(em, value);
      return { value, before, reason, events: [holdoutEvent(value, at)] };
    });
  }
}

/** The holdout as search, lineage and webhooks hear of it. */
export function holdoutEvent(holdout: Holdout, at: Date): AssetEventInput {
  const { project, name, description, revision, status, unit, namespace, entry, metrics } = holdout;
  return {
    urn: holdoutIds.format(holdout),
    kind: 'holdout',
    project,
    revision,
    at: at.toISOString(),
    asset: {
      name,
      description,
      upstream: [...new Set(metrics.map((metric) => metricIds.format({ project, name: metric.name })))].map((urn) => ({
        urn,
        relation: 'READS' as const,
      })),
    },
    data: { status, unit, namespace, entry },
  };
}
