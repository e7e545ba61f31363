import { expect, it } from 'vitest';
import { startTestExperiment } from '../support/experiment.ts';
import { NOW } from '../support/monitoring.ts';
import { featureOutbox, person, startTestRegistry } from '../support/registry.ts';
import { changeTraffic, deployed, serviceEvent } from '../support/serving.ts';
import { createTestDatabase } from '../support/test-database.ts';

it('the result of a shadow over half a million pairs keeps the event loop free', { timeout: 120_000 }, async () => {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  const registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  const { deployment, releases } = await deployed(registry, 'large');
  await changeTraffic(registry, person('developer'), 'promoteRelease', { deployment, release: releases[0]!.id });
  const { ask, db } = await startTestExperiment({ database, registry: registry.subgraph });
  const input = { name: 'large', deployment, candidate: releases[1]!.id, hypothesis: 'h', unit: 'user', share: 0.5 };
  const created = await ask('mutation ($input: CreateShadowInput!) { createShadow(input: $input) { shadow { id } } }', {
    input,
  });
  const { id } = created.data.createShadow.shadow;
  await ask('mutation ($id: ID!) { startShadow(input: { shadow: $id }) { shadow { id } } }', { id });
  await db.query(
    `insert into pair (project, shadow, revision, trust, prediction_id, predicted_at, primary_release,
       primary_score, primary_decision, primary_ms, candidate_score, candidate_decision, candidate_ms, value, value_at,
       value_received_at)
     select 'default', 'large', 1, 'server', gen_random_uuid(), now(), 'v', p, 'A', 1, p * .9, 'A', 1.5,
       (random() < p)::int, now(), now()
     from (select random() as p from generate_series(1, 500000)) scores`,
  );
  const before = process.threadCpuUsage();
  const { data, errors } = await ask(
    'query ($id: ID!) { shadow(id: $id) { result { pairs labelled recommendation } } }',
    { id },
    'viewer',
  );
  const { user, system } = process.threadCpuUsage(before);
  expect(errors).toBeUndefined();
  expect(data.shadow.result).toEqual({ pairs: 500_000, labelled: 500_000, recommendation: 'PRIMARY_BETTER' });
  // Of processor time, which does not grow with what else runs on the machine; the rows alone take seconds to read.
  expect((user + system) / 1_000, 'the sums are added up by the database').toBeLessThan(1_000);
});
