import type { EntityManager } from '@mikro-orm/postgresql';
import { PromqlError } from '../../../../core/promql/promql-error.ts';
import type { SeriesSource } from '../../../../core/promql/series.ts';
import type { AssetEventInput } from '../../../../schema/event.ts';
import { appendEvent } from '../../../shared/events/outbox.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { record } from '../../../shared/operations/change.ts';
import { alertEvent } from '../../domain/alert/alert-event.ts';
import { evaluateSeries, type SeenSeries, type SeriesOutcome } from '../../domain/alert/alert-evaluation.ts';
import type { AlertRule } from '../../domain/alert/alert-rule.ts';
import { announced, isDue, type Alert, type RuleState, type RuleWithState } from '../../domain/alert/alert.ts';
import { alertUrn } from '../../domain/ids.ts';
import { isSuppressed, type CompositeAlert } from '../../domain/alert/composite.ts';
import type { ContextSample } from '../../domain/incident/incident.ts';
import { covers, type Silence } from '../../domain/alert/silence.ts';
import { firingComposites, openAlerts, saveAlerts } from '../../storage/alert/alert.ts';
import { lockAlertRules, saveRuleStates } from '../../storage/alert/alert-rule.ts';
import { forgetSeries, saveSeries, seriesOfRules } from '../../storage/alert/alert-series.ts';
import { silencesAt } from '../../storage/alert/silence.ts';
import { contextSamples } from './context-samples.ts';
import { correlate, type AlertStep } from '../incident/correlating.ts';
import type { MonitoringDeps } from '../deps.ts';
import { loadFor, observeExpression, observeSignal } from '../observe.ts';

/** What became of a series, by which rule, and what else was seen. */
type Outcome = SeriesOutcome & { readonly rule: AlertRule; readonly context: readonly ContextSample[] };

const compositeOf = ({ name, suppresses, labels: declared }: AlertRule, { labels }: Alert): CompositeAlert => ({
  rule: name,
  suppresses,
  declares: Object.keys(declared),
  labels,
});

/** So many rules are decided in one transaction. */
const CHUNK = 500;

/** What an evaluation saw of a rule, or why it saw nothing. */
type Observed = { readonly rule: AlertRule; readonly context: readonly ContextSample[] } & (
  | { readonly series: readonly SeenSeries[]; readonly problem: null }
  | { readonly series: null; readonly problem: string }
);

/** Evaluates rules: measures first, then decides under their locks, so that two evaluators make one transition. */
export class Evaluating {
  readonly #deps: MonitoringDeps;

  constructor(deps: MonitoringDeps) {
    this.#deps = deps;
  }

  /** Those of the rules that are due; how they stand then, by project and name. */
  async evaluate(
    contextOf: (project: string) => RequestContext,
    rules: readonly RuleWithState[],
    at: Date,
  ): Promise<readonly RuleWithState[]> {
    const due = rules.filter(({ rule, state }) => isDue(rule, state, at)).map(({ rule }) => rule);
    const evaluated: RuleWithState[] = [];
    for (const [project, own] of Map.groupBy(due, (rule) => rule.project)) {
      for (let from = 0; from < own.length; from += CHUNK) {
        const observed = await this.#observe(project, own.slice(from, from + CHUNK), at);
        evaluated.push(...(await this.#decide(contextOf(project), project, observed, at)));
      }
    }
    return evaluated;
  }

  async #observe(project: string, rules: readonly AlertRule[], at: Date): Promise<readonly Observed[]> {
    const { pool } = this.#deps.db;
    const expressions = rules.filter((rule) => rule.expression !== null);
    const source = await loadFor(pool, project, expressions, at);
    const observed: Observed[] = [];
    for (const rule of rules) {
      const one: Observed =
        rule.expression === null
          ? { rule, context: [], series: await observeSignal(this.#deps, rule, at), problem: null }
          : seenBy(rule, source, at);
      const isHit = one.series?.some(({ seen }) => seen === 'hit') ?? false;
      const sawData = one.series?.some(({ value }) => value !== null) ?? false;
      this.#deps.metrics.noteEvaluation(one.problem !== null ? 'failed' : sawData ? 'value' : 'no_data');
      observed.push(isHit ? { ...one, context: await contextSamples(pool, rule, at) } : one);
    }
    return observed;
  }

  #decide(
    context: RequestContext,
    project: string,
    observed: readonly Observed[],
    at: Date,
  ): Promise<readonly RuleWithState[]> {
    return this.#deps.db.transaction(async (em) => {
      const names = observed.map(({ rule }) => rule.name);
      const held = new Map((await lockAlertRules(em, project, names)).map((one) => [one.rule.name, one]));
      const known = await seriesOfRules(em, project, names);
      const open = Map.groupBy(await openAlerts(em, project, names), ({ rule }) => rule);
      const silences = await silencesAt(em, project, at);
      const after: RuleWithState[] = [];
      const outcomes: Outcome[] = [];
      for (const { rule: seen, context: around, series, problem } of observed) {
        const now = held.get(seen.name);
        // Another evaluator, or a change of the rule, was quicker.
        if (!now || now.rule.revision !== seen.revision || !isDue(now.rule, now.state, at)) continue;
        const { rule, state } = now;
        after.push({
          rule,
          state: series === null ? { ...state, evaluatedAt: at, problem } : stateOf(rule, series, at),
        });
        if (series === null) continue;
        const before = { known: known.get(rule.name) ?? [], open: open.get(rule.name) ?? [] };
        outcomes.push(
          ...evaluateSeries(rule, before, series, at).map((outcome) => ({ ...outcome, rule, context: around })),
        );
      }
      await saveRuleStates(
        em,
        project,
        after.map(({ rule, state }) => ({ name: rule.name, state })),
      );
      await this.#keep(em, { context, project, silences, at }, outcomes, known);
      return after;
    });
  }

  async #keep(
    em: EntityManager,
    evaluation: {
      readonly context: RequestContext;
      readonly project: string;
      readonly silences: readonly Silence[];
      readonly at: Date;
    },
    outcomes: readonly Outcome[],
    known: Awaited<ReturnType<typeof seriesOfRules>>,
  ): Promise<void> {
    const { project, silences, at } = evaluation;
    const knownKeys = new Set(
      [...known].flatMap(([rule, all]) => all.map(({ fingerprint }) => `${rule} ${fingerprint}`)),
    );
    const named = outcomes.map(({ rule, series }) => ({ rule: rule.name, series }));
    await saveSeries(
      em,
      project,
      named.filter((_, i) => outcomes[i]?.kept),
    );
    await forgetSeries(
      em,
      project,
      outcomes
        .filter(({ kept, rule, series }) => !kept && knownKeys.has(`${rule.name} ${series.fingerprint}`))
        .map(({ rule, series }) => ({ rule: rule.name, fingerprint: series.fingerprint })),
    );
    const alerts: Alert[] = [];
    const steps: AlertStep[] = [];
    const news: (() => Promise<void>)[] = [];
    const composites = await this.#composites(em, project, outcomes);
    for (const { rule, open, alert: seen, context: around } of outcomes) {
      if (!seen) continue;
      const announcement = announced(open, seen, {
        silenced: silences.some((silence) => covers(silence, seen, at)),
        suppressed: isSuppressed(seen, composites),
      });
      alerts.push(announcement.alert);
      steps.push({ rule, before: open, after: announcement.alert, context: around });
      if (announcement.news)
        news.push(() =>
          this.#tell(
            em,
            evaluation.context,
            { open, alert: announcement.alert },
            alertEvent(rule, announcement.alert, at, announcement.muted),
          ),
        );
    }
    await saveAlerts(em, alerts);
    for (const tell of news) await tell();
    await correlate(em, evaluation.context, project, steps, at);
  }

  /** Alerts of composites that fire after this evaluation. */
  async #composites(
    em: EntityManager,
    project: string,
    outcomes: readonly Outcome[],
  ): Promise<readonly CompositeAlert[]> {
    const evaluated = new Set(outcomes.map(({ rule }) => rule.name));
    const others = await firingComposites(em, project);
    return [
      ...others.filter(({ rule }) => !evaluated.has(rule)),
      ...outcomes.flatMap(({ rule, alert }) =>
        rule.suppresses.length > 0 && alert?.status === 'FIRING' ? [compositeOf(rule, alert)] : [],
      ),
    ];
  }

  /** A change of status is an event and an audit record, the end of a silence an event; a new value alone is neither. */
  async #tell(
    em: EntityManager,
    context: RequestContext,
    { open, alert }: { readonly open: Alert | null; readonly alert: Alert },
    event: AssetEventInput,
  ): Promise<void> {
    if (open?.status === alert.status) {
      await appendEvent(em, event);
      return;
    }
    this.#deps.metrics.noteTransition(alert.status);
    await record(em, context, {
      action: `alert.${VERB[alert.status]}`,
      subject: alertUrn.format(alert),
      at: this.#deps.now(),
      value: alert,
      before: open,
      events: [event],
    });
  }
}

/** What data do not allow, as two series of one name, is the rule's problem and nobody else's. */
function seenBy(rule: Extract<AlertRule, { readonly signal: null }>, source: SeriesSource, at: Date): Observed {
  try {
    return { rule, context: [], series: observeExpression(rule, source, at), problem: null };
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    return { rule, context: [], series: null, problem: error.message };
  }
}

/** A signal has one series, whose value is the rule's. */
function stateOf(rule: AlertRule, series: readonly SeenSeries[], at: Date): RuleState {
  const [only] = series;
  const observation = rule.expression === null && only ? { value: only.value, n: only.n } : null;
  return { evaluatedAt: at, observation, problem: null };
}

const VERB = { PENDING: 'start', FIRING: 'fire', RESOLVED: 'resolve', INACTIVE: 'end' } as const;
