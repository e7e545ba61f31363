import type { JoinKey } from '../../../core/codec/address.ts';
import { DomainError } from '../../../core/errors.ts';
import type { FeatureService } from './feature-service.ts';
import type { FeatureView } from './feature-view.ts';
import { loggedColumns } from './log-column.ts';
import type { EventSpineInput, TrainingColumn } from './training-set.ts';

/** Which events of which views are the rows of a spine, and its columns: keys, the time, labels. */
export interface EventSpine {
  readonly views: readonly FeatureView[];
  readonly from: Date;
  readonly to: Date;
  readonly labels: readonly string[];
  readonly columns: readonly TrainingColumn[];
}

const refuse = (field: string, message: string, allowed?: unknown): DomainError =>
  new DomainError('INVALID_INPUT', `spine.events.${field}: ${message}`, {
    field: `spine.events.${field}`,
    ...(allowed !== undefined && { allowed }),
  });

const hasKey = (view: FeatureView, { name, dtype }: JoinKey): boolean =>
  view.joinKeys.some((key) => key.name === name && key.dtype === dtype);

/** Every row needs all keys that the service reads by. */
function checkKeys(view: FeatureView, named: boolean, keys: readonly JoinKey[], service: FeatureService): void {
  const missing = keys.find((key) => !hasKey(view, key));
  if (!missing) return;
  const lacks = `${view.name}@${view.version} has no join key "${missing.name}" (${missing.dtype})`;
  const why = `which ${service.name}@${service.version} needs`;
  throw refuse('view', named ? `${lacks}, ${why}` : `${lacks}, ${why}; name a view that has all keys`);
}

function labelColumn(view: FeatureView, name: string, i: number): TrainingColumn {
  const logged = loggedColumns(view);
  const label = logged.find((one) => one.name === name);
  if (label) return { name, dtype: label.dtype, role: 'LABEL' };
  const present = logged.map((one) => one.name);
  throw refuse(`labels.${i}`, `${view.name}@${view.version} has no feature "${name}"`, present);
}

/**
 * The spine that events make: one row for each key and time at which something happened. `named` is the view that the
 * caller named; without one the events of all views of the service count. Throws INVALID_INPUT that names the field.
 */
export function eventSpineOf(
  { from, to, labels: wanted }: EventSpineInput,
  named: FeatureView | null,
  service: FeatureService,
  serviceViews: readonly FeatureView[],
  timestampColumn: string,
): EventSpine {
  if (!(from < to)) throw refuse('to', 'it must be later than "from"');
  const keys = [...new Map(serviceViews.flatMap((view) => view.joinKeys.map((key) => [key.name, key]))).values()];
  const views = named ? [named] : serviceViews;
  for (const view of views) checkKeys(view, named !== null, keys, service);
  const labels = wanted ?? [];
  if (labels.length > 0 && !named) throw refuse('labels', 'name the view that they are features of', 'view');
  const [first] = views;
  if (!first) throw new Error(`the service ${service.name}@${service.version} has no view`);
  const isRead = (name: string): boolean => keys.some((key) => key.name === name);
  return {
    views,
    from,
    to,
    labels,
    columns: [
      ...first.joinKeys.map(({ name, dtype }): TrainingColumn => ({
        name,
        dtype,
        role: isRead(name) ? 'KEY' : 'LABEL',
      })),
      { name: timestampColumn, dtype: 'TIMESTAMP', role: 'TIMESTAMP' },
      ...labels.map((name, i) => labelColumn(first, name, i)),
    ],
  };
}
