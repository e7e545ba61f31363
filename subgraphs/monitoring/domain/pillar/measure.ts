import type { HealthStatus } from '../health.ts';

/** What a deployment stands on. */
export const PILLARS = ['DATA', 'MODEL', 'INFRASTRUCTURE', 'BUSINESS'] as const;
export type Pillar = (typeof PILLARS)[number];

/** What is known where a measure is judged. */
export interface Seen {
  readonly value: number;
  /** Median of the values before it; null below three of them. */
  readonly before: number | null;
  /** The bound of its interval that is nearer to what is good; null where it has none. */
  readonly bound: number | null;
}

/** The status by itself; null where there is nothing to hold it against. */
export type Judge = (seen: Seen) => HealthStatus | null;

/** Expressions see one deployment, or one version of it. */
export interface Selectors {
  /** Matchers of a series that exists for the deployment alone. */
  readonly deployment: string;
  /** Matchers of a series that exists for versions, arms and segments too. */
  readonly slice: string;
  /** Matchers of series by release and arm. */
  readonly release: string;
  /** Matchers of a series of what was decided, over all arms. */
  readonly decided: string;
}

/** A number that a pillar is looked at by: an expression in PromQL, which a rule can have as well. */
export interface PillarMeasure {
  readonly pillar: Pillar;
  readonly name: string;
  readonly unit: string;
  readonly expression: (selectors: Selectors) => string;
  /** An expression for the bound of its interval that is nearer to what is good. */
  readonly bound?: (selectors: Selectors) => string;
  /** What names the series that are the reason, where the expression adds several up. */
  readonly parts?: (selectors: Selectors) => string;
  /** Null: it is shown and not judged. */
  readonly judge: Judge | null;
  /** Its value in words. */
  readonly text: (value: string) => string;
}

type Limits = { readonly degraded: number; readonly unhealthy?: number };

const statusOf = (badness: number, { degraded, unhealthy = Infinity }: Limits): HealthStatus =>
  badness > unhealthy ? 'UNHEALTHY' : badness > degraded ? 'DEGRADED' : 'HEALTHY';

/** By its size alone: above a limit it is bad. */
export const above =
  (limits: Limits): Judge =>
  ({ value }) =>
    statusOf(value, limits);

/** By its size alone: below a limit it is bad. */
export const below =
  ({ degraded, unhealthy = -Infinity }: Limits): Judge =>
  ({ value }) =>
    value < unhealthy ? 'UNHEALTHY' : value < degraded ? 'DEGRADED' : 'HEALTHY';

/** Against what it was: so many times as much is bad. */
export const grown =
  (limits: Limits): Judge =>
  ({ value, before }) =>
    before === null ? null : value <= before ? 'HEALTHY' : before <= 0 ? null : statusOf(value / before, limits);

/** Against what it was: so small a share of it is bad. */
export const shrunk =
  (limits: Limits): Judge =>
  ({ value, before }) =>
    before === null || before <= 0 ? null : value <= 0 ? 'UNHEALTHY' : statusOf(before / value, limits);

/** Against what it was: bad where even the better bound of its interval is worse. */
export const surelyAbove: Judge = ({ before, bound }) =>
  before === null || bound === null ? null : bound > before ? 'DEGRADED' : 'HEALTHY';
