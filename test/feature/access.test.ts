import { expect, it } from 'vitest';
import { SECRET, startTestFeature } from '../support/feature.ts';
import { walkAccess } from '../support/walk-access.ts';
import { walkRoutes } from '../support/walk-routes.ts';

it('opens no field to who may not read it, round the gateway', async () => {
  const { subgraph } = await startTestFeature();
  const walked = await walkAccess(subgraph, SECRET);
  expect(walked).toContain('Mutation.defineFeatureView');
  expect(walked).toContain('FeatureService.features');
});

it('opens no route without its scope', async () => {
  const { subgraph } = await startTestFeature();
  expect(await walkRoutes(subgraph.app, subgraph.routes)).toBe(subgraph.routes.length);
});
