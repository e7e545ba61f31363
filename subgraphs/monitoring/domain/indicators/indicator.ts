import type { Labels } from '../../../../core/promql/labels.ts';
import type { Interval } from '../../../../core/statistics/interval.ts';
import { deploymentUrn, modelVersionUrn } from '../ids.ts';

/** What monitoring computes by itself and keeps as samples, for rules and charts. */
export interface Indicator {
  /** As PromQL names it. */
  readonly name: string;
  /** Labels that its series can bear. */
  readonly labels: readonly string[];
  readonly unit: string;
  readonly description: string;
  /** Lengths of the windows that it is computed over, in seconds; none: it is a reading at an instant. */
  readonly windows: readonly number[];
}

/** One number of an indicator, of a window or an instant that is known elsewhere. */
export interface Reading {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

/** A reading, unless there is nothing to say. */
export const reading = (name: string, labels: Labels, value: number | null | undefined): readonly Reading[] =>
  value === null || value === undefined || !Number.isFinite(value) ? [] : [{ name, labels, value }];

/** An indicator that has an interval: its bounds are series of their own, so that a rule can name the one that it means. */
export const boundedIndicators = (one: Indicator): readonly Indicator[] => [
  one,
  { ...one, name: `${one.name}_lower`, description: `Lower bound. ${one.description}` },
  { ...one, name: `${one.name}_upper`, description: `Upper bound. ${one.description}` },
];

export const boundedReadings = (
  name: string,
  labels: Labels,
  value: number | null | undefined,
  interval: Interval | null | undefined,
): readonly Reading[] => [
  ...reading(name, labels, value),
  ...reading(`${name}_lower`, labels, interval?.lower),
  ...reading(`${name}_upper`, labels, interval?.upper),
];

/** The labels that say which deployment; one of another form than ours, as records may name it, stands as it is. */
export function deploymentLabels(project: string, deployment: string): Labels {
  const found = deploymentUrn.find(project, deployment);
  return found ? { endpoint: found.endpoint, environment: found.environment } : { deployment };
}

/** A model version as a label: `fraud@3`; several of one release stand in order, divided by commas. */
export const versionLabel = (project: string, versions: readonly string[]): string =>
  versions
    .map((version) => {
      const found = modelVersionUrn.find(project, version);
      return found ? `${found.model}@${found.number}` : version;
    })
    .join(',');
