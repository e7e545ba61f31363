import { deploymentUrn, experimentIds, releaseUrn } from '../ids.ts';
import { BALANCE_DEFAULTS, balancedOf, type Balance } from './balance.ts';
import type { Experiment } from './experiment.ts';
import type { Guardrail } from '../metric/guardrail.ts';
import type { MetricUse } from '../metric/metric.ts';
import { shareOf } from '../split.ts';

/**
 * An experiment in the words of its input, what is empty or the default left out. Defining it with these again changes
 * nothing.
 */
export function experimentAsInput(experiment: Experiment): object {
  const { project, name, hypothesis, unit, design, arms, split, seed } = experiment;
  const { description, positiveFrom, hashVersion, targeting, namespace, primary, stratum, covariate, balance } =
    experiment;
  const { baseline, mde, mdeKind, alpha, power, deviation } = design;
  const control = arms[0]?.name;
  const all = {
    name,
    description: unless(description, ''),
    hypothesis,
    deployment: shortOf(experiment.deployment),
    arms: arms.map((arm) => ({ name: arm.name, release: shortOf(arm.release), share: shareOf(split, arm.name) })),
    control: unless(control, 'control'),
    primary: primary && useAsInput(primary),
    deviation,
    positiveFrom: unless(positiveFrom, 0.5),
    secondary: listOf(experiment.secondary.map(useAsInput)),
    guardrails: listOf(experiment.guardrails.map(guardrailAsInput)),
    segments: listOf(experiment.segments),
    stratum,
    covariate: covariate && { event: covariate.event, days: covariate.days },
    balance: balance && balanceAsInput(balance),
    baseline,
    mde,
    mdeKind: unless(mdeKind, 'RELATIVE'),
    alpha: unless(alpha, 0.05),
    power: unless(power, 0.8),
    unit,
    targeting,
    namespace: namespace && { name: namespace.name, from: namespace.from, to: namespace.to },
    seed: unless(balancedOf(experiment)?.from ?? seed, experimentIds.format({ project, name })),
    hashVersion: unless(hashVersion, 2),
  };
  return withoutEmpty(all);

  /** What follows the kind: of the same project, a URN says no more. */
  function shortOf(urn: string): string {
    const isOurs = deploymentUrn.find(project, urn) ?? releaseUrn.find(project, urn);
    return isOurs ? urn.split(':').slice(3).join(':') : urn;
  }
}

const withoutEmpty = (all: object): object =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== undefined));

const balanceAsInput = ({ event, segment, days, threshold, minP, tries }: Balance): object =>
  withoutEmpty({
    event,
    segment,
    days,
    threshold: unless(threshold, BALANCE_DEFAULTS.threshold),
    minP: unless(minP, BALANCE_DEFAULTS.minP),
    tries: unless(tries, BALANCE_DEFAULTS.tries),
  });

const unless = <Value>(value: Value, usual: Value): Value | null => (value === usual ? null : value);

const listOf = <Item>(items: readonly Item[]): readonly Item[] | null => (items.length === 0 ? null : items);

const useAsInput = ({ name, revision }: MetricUse): object => ({ metric: name, revision });

/** What the metric says itself is left out. */
function guardrailAsInput({ definition, margin, marginKind, ...use }: Guardrail): object {
  return {
    ...useAsInput({ ...use, definition }),
    ...(margin !== definition.margin && { margin }),
    ...(marginKind !== definition.marginKind && { marginKind }),
  };
}
