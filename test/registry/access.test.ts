import { expect, it } from 'vitest';
import { secret, startTestRegistry } from '../support/registry.ts';
import { walkAccess } from '../support/walk-access.ts';
import { walkRoutes } from '../support/walk-routes.ts';

it('opens no field to who may not read it, round the gateway', async () => {
  const { subgraph } = await startTestRegistry();
  const walked = await walkAccess(subgraph, secret);
  expect(walked).toContain('Mutation.approveModelVersion');
  expect(walked).toContain('FeatureService.models');
});

it('opens no route without its scope', async () => {
  const { subgraph } = await startTestRegistry();
  expect(await walkRoutes(subgraph.app, subgraph.routes)).toBe(subgraph.routes.length);
});
