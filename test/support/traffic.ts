import { beforeAll } from 'vitest';
import type { AssetEventInput } from '../../schema/event.ts';
import type { Actor } from '../../subgraphs/shared/auth/actor.ts';
import { featureOutbox, person, service, startTestRegistry, type TestRegistry } from './registry.ts';
import { changeTraffic, deployed, serviceEvent, trafficMutation, type Deployed } from './serving.ts';
import { createTestDatabase } from './test-database.ts';

/** A registry of the test file's own, whose traffic its tests change. */
export class TestTraffic {
  registry!: TestRegistry;
  /** Has the feature subgraph tell of something; answers with its cursor. */
  tell!: (event: AssetEventInput) => Promise<string>;
  clock = new Date('2026-03-01T10:00:00.000Z');
  #count = 0;

  constructor(variables: Readonly<Record<string, string>> = {}) {
    beforeAll(async () => {
      const database = await createTestDatabase();
      const { feed, tell } = await featureOutbox(database);
      this.tell = tell;
      this.registry = await startTestRegistry({ database, feeds: { feature: feed }, now: () => this.clock, variables });
      await tell(serviceEvent());
    });
  }

  /** A deployment of its own with approved releases, of versions that others run too; nothing serves yet. */
  fresh = (releases = 2, more: { environment?: string; sharedVersions?: boolean } = {}): Promise<Deployed> =>
    deployed(this.registry, `e${++this.#count}`, { releases, sharedVersions: true, ...more });

  change = (name: string, input: object, actor: Actor = person('developer')): Promise<any> =>
    changeTraffic(this.registry, actor, name, input);

  refused = (name: string, input: object, actor: Actor = person('developer')): Promise<any[]> =>
    this.registry.refusals(actor, trafficMutation(name), {
      input: { ...(name === 'acquireAllocation' ? {} : { reason: 'because' }), ...input },
    });
}

/** The experiment subgraph, which holds the splits of tests. */
export const experiment = service('experiment', 'user:developer');
export const HOLDER = 'tiffin:default:experiment:challenger';

/** What acquires a split between the first two releases of a deployment. */
export const split = ({ deployment, releases }: Deployed, more: object = {}) => ({
  deployment,
  cause: 'start',
  holder: HOLDER,
  holderRevision: 1,
  seed: 'seed',
  unit: 'user',
  arms: [
    { arm: 'candidate', release: releases[1]!.id, ranges: [[0, 0.5]] },
    { arm: 'control', release: releases[0]!.digest, ranges: [[0.5, 1]] },
  ],
  ...more,
});
