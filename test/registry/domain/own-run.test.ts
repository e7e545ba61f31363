import { expect, it } from 'vitest';
import type { AssetEvent } from '../../../schema/event.ts';
import { ownRunOf } from '../../../subgraphs/registry/domain/openlineage/own-run.ts';

it('a load reads its source once, whatever the columns, and is no run before it is loaded or once it is deleted', () => {
  const read = (urn: string) => ({ urn: `tiffin:default:${urn}`, relation: 'DERIVED_FROM' });
  const event = {
    urn: 'tiffin:default:feature-view:txn@2',
    kind: 'feature-view',
    at: '2026-01-01T00:00:00.000Z',
    deleted: false,
    asset: { upstream: [read('entity:user'), read('column:txn/amount'), read('column:txn/at')] },
    data: { lastLoad: { finishedAt: null, rowsWritten: 4 } },
  } as unknown as AssetEvent;
  expect(ownRunOf(event, 'r')).toMatchObject({
    eventTime: '2026-01-01T00:00:00.000Z',
    run: { runId: 'r' },
    job: { namespace: 'tiffin', name: 'materialize feature-view:txn@2' },
    inputs: [
      { namespace: 'tiffin', name: 'entity:user' },
      { namespace: 'tiffin', name: 'source:txn' },
    ],
    outputs: [{ namespace: 'tiffin', name: 'feature-view:txn@2', outputFacets: { outputStatistics: { rowCount: 4 } } }],
  });
  expect(ownRunOf({ ...event, data: {} }, 'r')).toBeNull();
  expect(ownRunOf({ ...event, deleted: true }, 'r')).toBeNull();
});
