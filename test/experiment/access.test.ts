import { expect, it } from 'vitest';
import { startTestExperiment } from '../support/experiment.ts';
import { SECRET } from '../support/monitoring.ts';
import { walkAccess } from '../support/walk-access.ts';
import { walkRoutes } from '../support/walk-routes.ts';

it('opens no field to who may not read it, round the gateway', async () => {
  const { subgraph } = await startTestExperiment();
  const walked = await walkAccess(subgraph, SECRET);
  expect(walked).toContain('Mutation.startExperiment');
  expect(walked).toContain('Deployment.experiments');
  expect(walked).toContain('ArmComparison.p');
});

it('opens no route without its scope', async () => {
  const { subgraph } = await startTestExperiment();
  expect(await walkRoutes(subgraph.app, subgraph.routes)).toBe(subgraph.routes.length);
});
