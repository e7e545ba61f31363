import { startTestExperiment, type TestExperiment } from './experiment.ts';
import { NOW } from './monitoring.ts';
import { featureOutbox, person, startTestRegistry } from './registry.ts';
import { changeTraffic, deployed, serviceEvent } from './serving.ts';
import { EXPOSED_ARMS, TEN_METRICS } from './ten-metrics.ts';
import { createTestDatabase } from './test-database.ts';

export interface ExposedExperiment extends TestExperiment {
  readonly name: string;
  readonly id: string;
  readonly appUrl: string;
  readonly asked: (query: string, variables?: object) => Promise<any>;
}

/** A running experiment of four arms with ten secondary metrics and a segment, of which no unit is there yet. */
export async function startExposedExperiment(): Promise<ExposedExperiment> {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  const registry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  const { deployment, releases } = await deployed(registry, 'restaurants', { releases: 4, sharedVersions: true });
  await changeTraffic(registry, person('developer'), 'promoteRelease', { deployment, release: releases[0]!.id });
  const experiment = await startTestExperiment({ database, registry: registry.subgraph });
  const asked = async (query: string, variables = {}): Promise<any> => {
    const { data, errors } = await experiment.ask(query, variables);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
  for (const input of TEN_METRICS) {
    await asked('mutation ($input: CreateMetricInput!) { createMetric(input: $input) { eventCursor } }', { input });
  }
  const name = 'exposures';
  const { createExperiment } = await asked(
    'mutation ($input: CreateExperimentInput!) { createExperiment(input: $input) { experiment { id } } }',
    {
      input: {
        name,
        hypothesis: 'the new ranking sells more',
        deployment,
        arms: EXPOSED_ARMS.map((arm, i) => ({ name: arm, release: releases[i]!.id, share: 0.25 })),
        secondary: TEN_METRICS.map((own) => ({ metric: own.name })),
        segments: ['city'],
        unit: 'user',
        baseline: 0.2,
        mde: 0.05,
      },
    },
  );
  const { id } = createExperiment.experiment;
  await asked(`mutation { startExperiment(input: { experiment: "${id}" }) { eventCursor } }`);
  return { ...experiment, name, id, appUrl: database.appUrl, asked };
}
