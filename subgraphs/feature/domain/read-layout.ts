import type { FeatureValue } from '../../../core/codec/layout.ts';
import type { ReadPlan, ViewPlan } from '../../../core/online/read-plan.ts';
import type { WindowPlan } from '../../../core/windows/plan.ts';
import type { ServiceLayout } from '../../../schema/service-layout.ts';

type LayoutView = NonNullable<ServiceLayout['views']>[number];
type LayoutWindow = NonNullable<LayoutView['windows']>['windows'][number];

/** How a service is read, in the form that nodes are layouts. */
export function layoutOf({ service, names, views }: ReadPlan): ServiceLayout {
  const layouts = views.map(viewOf);
  return { service, names: [...names], views: layouts.every((one) => one !== null) ? layouts : null };
}

/** Null where a network is wanted, or lies in the windows that are: states are read by their whole plan. */
function viewOf({ onlineView, joinKeys, layout, ttlMs, windows, wanted }: ViewPlan): LayoutView | null {
  if (windows && windows.networks.length > 0) return null;
  const places: LayoutView['wanted'] = [];
  for (const { of, index } of wanted) {
    if (of !== 'BLOCK' && of !== 'WINDOWS') return null;
    places.push({ of, index });
  }
  return {
    onlineView,
    joinKeys: joinKeys.map(({ name, dtype }) => ({ name, dtype })),
    schemaVersion: layout.schemaVersion,
    fields: layout.fields.map(({ name, dtype }) => ({ name, dtype })),
    ttlMs,
    windows: windows && { withIds: windows.withIds, windows: windows.windows.map(windowOf) },
    wanted: places,
  };
}

const windowOf = ({ function: name, windowMs, hopMs, column, where }: WindowPlan['windows'][number]): LayoutWindow => ({
  function: name,
  windowMs,
  hopMs,
  column: column && { index: column.index, dtype: column.dtype },
  where: where && {
    category: where.category && { index: where.category.index, oneOf: where.category.oneOf.map(categoryOf) },
    hours: where.hours && { oneOf: [...where.hours.oneOf], offsetMinutes: where.hours.offsetMinutes },
  },
});

const categoryOf = (value: FeatureValue): number | boolean | string | null | { int64: string } =>
  typeof value === 'bigint' ? { int64: value.toString() } : value;
