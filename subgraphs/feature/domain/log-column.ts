import type { Network } from '../../../core/windows/network.ts';
import { planOf, type WindowPlan } from '../../../core/windows/plan.ts';
import type { Window, WindowColumn } from '../../../core/windows/window.ts';
import type { Dtype } from '../../../schema/common.ts';
import { categoryOf } from './category.ts';
import type { FeatureNetwork } from './feature-network.ts';
import type { FeatureWindow } from './feature-window.ts';
import type { Feature, FeatureView } from './feature-view.ts';
import type { WindowLength } from './window-length.ts';

/** A value that each row of a view's log holds. */
export interface LogColumn {
  /** How pushes and the log call it. */
  readonly name: string;
  readonly dtype: Dtype;
  /** The source's column that it is loaded from. */
  readonly column: string;
}

export type ColumnFeature = Feature & { readonly column: string; readonly window: null; readonly network: null };
export type WindowFeature = Feature & { readonly window: FeatureWindow };
export type NetworkFeature = Feature & { readonly network: FeatureNetwork };

const isColumn = (feature: Feature): feature is ColumnFeature => feature.window === null && feature.network === null;
const isWindow = (feature: Feature): feature is WindowFeature => feature.window !== null;
const isNetwork = (feature: Feature): feature is NetworkFeature => feature.network !== null;

export const columnFeatures = ({ features }: Pick<FeatureView, 'features'>): ColumnFeature[] =>
  features.filter(isColumn);
export const windowFeatures = ({ features }: Pick<FeatureView, 'features'>): WindowFeature[] =>
  features.filter(isWindow);
export const networkFeatures = ({ features }: Pick<FeatureView, 'features'>): NetworkFeature[] =>
  features.filter(isNetwork);

/** The columns that a feature reads, each once; the time of the events is its view's. */
export const columnsReadByFeature = ({ column, window, network }: Feature): string[] => [
  ...new Set(
    [column, window?.where?.column ?? null, network?.through ?? null, network?.bad?.column ?? null].filter(
      (one) => one !== null,
    ),
  ),
];

/** What a row of the log holds: the features that are columns, then under their own names the columns that the others read. */
export const loggedColumns = ({ features, inputs }: Pick<FeatureView, 'features' | 'inputs'>): LogColumn[] => [
  ...columnFeatures({ features }).map(({ name, dtype, column }) => ({ name, dtype, column })),
  ...inputs.map(({ name, dtype }) => ({ name, dtype, column: name })),
];

const SECOND_MS = 1_000;

/** A view's windows and networks over the values of its log; null where it has none. */
export function windowPlanOf(view: PlannedView): WindowPlan | null {
  const [windows, networks] = [windowFeatures(view), networksOf(view)];
  if (windows.length === 0 && networks.length === 0) return null;
  const columnAt = columnFinder(view);
  return planOf(
    windows.map(({ column, window }): Window => {
      const { where } = window;
      return {
        function: window.function,
        ...lengthOf(window),
        column: column === null ? null : columnAt(column),
        where: where && {
          category: where.column === null ? null : categoriesOf(columnAt(where.column), where.oneOf),
          hours: where.hours.length === 0 ? null : { oneOf: where.hours, offsetMinutes: where.utcOffsetMinutes },
        },
      };
    }),
    view.eventIdColumn !== null,
    networks,
  );
}

type PlannedView = Pick<FeatureView, 'features' | 'inputs' | 'eventIdColumn'>;

const lengthOf = ({ windowSeconds, hopSeconds }: WindowLength): { windowMs: number; hopMs: number } => ({
  windowMs: windowSeconds * SECOND_MS,
  hopMs: hopSeconds * SECOND_MS,
});

const categoriesOf = ({ index, dtype }: WindowColumn, oneOf: readonly string[]) => ({
  index,
  oneOf: oneOf.flatMap((text) => categoryOf(dtype, text) ?? []),
});

function columnFinder(view: PlannedView): (name: string) => WindowColumn {
  const logged = loggedColumns(view);
  return (name) => {
    const index = logged.findIndex((one) => one.name === name && one.column === name);
    const found = logged[index];
    if (!found) throw new Error(`a feature reads "${name}", which the log does not hold`);
    return { index, dtype: found.dtype };
  };
}

/** What features count together: everything but their function. */
const countedBy = ({ through, windowSeconds, hopSeconds, limit }: FeatureNetwork): string =>
  JSON.stringify([through, windowSeconds, hopSeconds, limit]);
const markedBy = ({ bad }: FeatureNetwork): string => JSON.stringify(bad);

/** The networks of a view that differ: one that asks who is bad serves those that do not. */
function distinctNetworks(view: Pick<FeatureView, 'features'>): FeatureNetwork[] {
  const all = networkFeatures(view).map(({ network }) => network);
  const marked = [
    ...new Map(all.filter(({ bad }) => bad).map((one) => [countedBy(one) + markedBy(one), one])).values(),
  ];
  const plain = all.filter((one) => !one.bad && !marked.some((other) => countedBy(other) === countedBy(one)));
  return [...marked, ...new Map(plain.map((one) => [countedBy(one), one])).values()];
}

/** Which of a plan's networks counts for a feature. */
export const networkPlaceOf = (view: Pick<FeatureView, 'features'>, { network }: NetworkFeature): number =>
  distinctNetworks(view).findIndex(
    (one) => countedBy(one) === countedBy(network) && (!network.bad || markedBy(one) === markedBy(network)),
  );

function networksOf(view: PlannedView): Network[] {
  const columnAt = columnFinder(view);
  return distinctNetworks(view).map(({ through, limit, bad, ...length }): Network => ({
    through: columnAt(through),
    ...lengthOf(length),
    limit,
    bad: bad && {
      column: columnAt(bad.column),
      oneOf: categoriesOf(columnAt(bad.column), bad.oneOf).oneOf,
      ...lengthOf(bad),
    },
  }));
}
