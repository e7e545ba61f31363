import { expect, it } from 'vitest';
import { SECRET, startTestMonitoring } from '../support/monitoring.ts';
import { walkAccess } from '../support/walk-access.ts';
import { walkRoutes } from '../support/walk-routes.ts';

it('opens no field to who may not read it, round the gateway', async () => {
  const { subgraph } = await startTestMonitoring();
  const walked = await walkAccess(subgraph, SECRET);
  expect(walked).toContain('Mutation.createAlertRule');
  expect(walked).toContain('Deployment.served');
  expect(walked).toContain('EdgeNode.accounting');
});

it('opens no route without its scope', async () => {
  const { subgraph } = await startTestMonitoring();
  expect(await walkRoutes(subgraph.app, subgraph.routes)).toBe(subgraph.routes.length);
});
