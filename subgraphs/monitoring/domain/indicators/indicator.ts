import type { Labels } from '../../../../core/promql/labels.ts';
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

/** The labels that say which deployment. */
export function deploymentLabels(project: string, deployment: string): Labels {
  const { endpoint, environment } = deploymentUrn.parse(project, deployment, 'deployment');
  return { endpoint, environment };
}

/** A model version as a label: `fraud@3`; several of one release stand in order, divided by commas. */
export const versionLabel = (project: string, versions: readonly string[]): string =>
  versions
    .map((version) => {
      const { model, number } = modelVersionUrn.parse(project, version, 'modelVersion');
      return `${model}@${number}`;
    })
    .join(',');
