import { planOf, type WindowPlan } from '../../../core/windows/plan.ts';
import type { Window, WindowColumn } from '../../../core/windows/window.ts';
import type { Dtype } from '../../../schema/common.ts';
import { categoryOf, type FeatureWindow } from './feature-window.ts';
import type { Feature, FeatureView } from './feature-view.ts';

/** A value that each row of a view's log holds. */
export interface LogColumn {
  /** How pushes and the log call it. */
  readonly name: string;
  readonly dtype: Dtype;
  /** The source's column that it is loaded from. */
  readonly column: string;
}

export type ColumnFeature = Feature & { readonly column: string; readonly window: null };
export type WindowFeature = Feature & { readonly window: FeatureWindow };

const isColumn = (feature: Feature): feature is ColumnFeature => feature.window === null;
const isWindow = (feature: Feature): feature is WindowFeature => feature.window !== null;

export const columnFeatures = ({ features }: Pick<FeatureView, 'features'>): ColumnFeature[] =>
  features.filter(isColumn);
export const windowFeatures = ({ features }: Pick<FeatureView, 'features'>): WindowFeature[] =>
  features.filter(isWindow);

/** The columns that a window reads, that of its categories last. */
export const columnsOfWindow = ({ column, window }: WindowFeature): string[] =>
  [column, window.where?.column ?? null].filter((one) => one !== null);

/** What a row of the log holds: the features that are columns, then under their own names the columns that windows read. */
export const loggedColumns = ({ features, inputs }: Pick<FeatureView, 'features' | 'inputs'>): LogColumn[] => [
  ...columnFeatures({ features }).map(({ name, dtype, column }) => ({ name, dtype, column })),
  ...inputs.map(({ name, dtype }) => ({ name, dtype, column: name })),
];

const SECOND_MS = 1_000;

/** A view's windows over the values of its log; null where it has none. */
export function windowPlanOf(view: Pick<FeatureView, 'features' | 'inputs' | 'eventIdColumn'>): WindowPlan | null {
  const windows = windowFeatures(view);
  if (windows.length === 0) return null;
  const logged = loggedColumns(view);
  const columnAt = (name: string): WindowColumn => {
    const index = logged.findIndex((one) => one.name === name && one.column === name);
    const found = logged[index];
    if (!found) throw new Error(`a window reads "${name}", which the log does not hold`);
    return { index, dtype: found.dtype };
  };
  return planOf(
    windows.map(({ column, window }): Window => {
      const { where } = window;
      const category = where?.column == null ? null : columnAt(where.column);
      return {
        function: window.function,
        windowMs: window.windowSeconds * SECOND_MS,
        hopMs: window.hopSeconds * SECOND_MS,
        column: column === null ? null : columnAt(column),
        where: where && {
          category: category && {
            index: category.index,
            oneOf: where.oneOf.flatMap((text) => categoryOf(category.dtype, text) ?? []),
          },
          hours: where.hours.length === 0 ? null : { oneOf: where.hours, offsetMinutes: where.utcOffsetMinutes },
        },
      };
    }),
    view.eventIdColumn !== null,
  );
}
