import { serve } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import { testKeys } from '../support/keys.ts';
import { person, startTestRegistry } from '../support/registry.ts';
import { pythonApart } from './python.ts';

const PROGRAM = `
import json, sys
from openlineage.client import OpenLineageClient
from openlineage.client.transport.http import HttpTransport, HttpConfig, ApiKeyTokenProvider
from openlineage.client.event_v2 import Dataset, InputDataset, OutputDataset, Job, JobEvent, DatasetEvent, Run, RunEvent, RunState
from openlineage.client.facet_v2 import column_lineage_dataset, schema_dataset, documentation_dataset
from openlineage.client.uuid import generate_new_uuid
from datetime import datetime, timezone

asked = json.load(sys.stdin)
client = OpenLineageClient(transport=HttpTransport(HttpConfig(
    url=asked['url'], auth=ApiKeyTokenProvider({'api_key': asked['key']}))))
run = Run(runId=str(generate_new_uuid()))
job = Job(namespace='airflow', name='nightly')
producer = 'https://example.org/producer'
now = lambda: datetime.now(timezone.utc).isoformat()
read = InputDataset(namespace='postgres://db:5432', name='bank.public.txn')
written = OutputDataset(namespace='s3://lake', name='spend', facets={
    'schema': schema_dataset.SchemaDatasetFacet(fields=[schema_dataset.SchemaDatasetFacetFields(name='sum', type='DOUBLE')]),
    'documentation': documentation_dataset.DocumentationDatasetFacet(description='Spend per card'),
    'columnLineage': column_lineage_dataset.ColumnLineageDatasetFacet(fields={
        'sum': column_lineage_dataset.Fields(inputFields=[column_lineage_dataset.InputField(
            namespace='postgres://db:5432', name='bank.public.txn', field='amount')]),
    }),
})
client.emit(RunEvent(eventType=RunState.START, eventTime=now(), run=run, job=job, producer=producer, inputs=[read], outputs=[]))
client.emit(RunEvent(eventType=RunState.COMPLETE, eventTime=now(), run=run, job=job, producer=producer, inputs=[], outputs=[written]))
client.emit(JobEvent(eventTime=now(), job=Job(namespace='dbt', name='spend_by_day'), producer=producer,
    inputs=[Dataset(namespace='s3://lake', name='spend')], outputs=[Dataset(namespace='s3://lake', name='spend_by_day')]))
client.emit(DatasetEvent(eventTime=now(), producer=producer, dataset=Dataset(namespace='s3://lake', name='spend_by_day',
    facets={'documentation': documentation_dataset.DocumentationDatasetFacet(description='Per day')})))
client.close()
json.dump({'runId': run.runId}, sys.stdout)
`;

it("takes what OpenLineage's own client for Python sends: a run, a job and a dataset show as lineage, down to columns", async () => {
  const registry = await startTestRegistry();
  const server = serve({ fetch: registry.subgraph.app.fetch, port: 0, hostname: '127.0.0.1' });
  atEnd(() => new Promise((closed) => server.close(closed)));
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  // The client waits for answers of this process, so it runs beside it.
  const { runId } = await pythonApart(PROGRAM, {
    url: `http://127.0.0.1:${port}`,
    key: testKeys.with('registry:lineage'),
  });
  const query = `query ($id: ID!) { lineage(id: $id, direction: DOWNSTREAM, depth: 20) {
    nodes { id asset { description } } } }`;
  const nodes = async (id: string): Promise<any[]> =>
    (await registry.ask(person('viewer'), query, { id }).catch(() => ({ lineage: { nodes: [] } }))).lineage.nodes;
  const table = 'dataset:postgres%3A%2F%2Fdb%3A5432/bank.public.txn';
  await expect
    .poll(async () => (await nodes(table)).map(({ id }) => String(id).replace('tiffin:default:', '')).toSorted(), {
      timeout: 20_000,
    })
    .toEqual([
      'dataset-field:postgres%3A%2F%2Fdb%3A5432/bank.public.txn/amount',
      'dataset-field:s3%3A%2F%2Flake/spend/sum',
      'dataset:postgres%3A%2F%2Fdb%3A5432/bank.public.txn',
      'dataset:s3%3A%2F%2Flake/spend',
      'dataset:s3%3A%2F%2Flake/spend_by_day',
      'job:airflow/nightly',
      'job:dbt/spend_by_day',
    ]);
  await expect
    .poll(async () => (await nodes('dataset:s3%3A%2F%2Flake/spend_by_day'))[0]?.asset.description, { timeout: 20_000 })
    .toBe('Per day');
  expect(runId).toMatch(/^[\da-f-]{36}$/);
});
