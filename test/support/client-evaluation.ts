import { expect, vi } from 'vitest';
import { GrowthbookFeatures, type GrowthbookFeature } from '../../schema/growthbook.ts';
import { peerOf, startTestExperiment, type TestExperiment } from './experiment.ts';
import { testKeys } from './keys.ts';
import { NOW, startTestMonitoring, type TestMonitoring } from './monitoring.ts';
import { featureOutbox, person, startTestRegistry, type TestRegistry } from './registry.ts';
import { serveApp } from './serve-app.ts';
import { changeTraffic, deployed, serviceEvent, type Deployed } from './serving.ts';
import { createTestDatabase } from './test-database.ts';

/** Registry, monitoring and experiments, whose data plane answers SDKs of GrowthBook on a port. */
export interface ClientEvaluation {
  readonly monitoring: TestMonitoring;
  readonly experiments: TestExperiment;
  readonly apiHost: string;
  /** A mutation of experiments: its payload, or its errors. */
  act(name: string, input: object): Promise<any>;
  /** A running experiment on a deployment of its own, whose traffic has these layers before its default. */
  started(
    name: string,
    layers?: (place: Deployed) => readonly object[],
    more?: object,
  ): Promise<{ readonly place: Deployed; readonly id: string }>;
  /** Shows it, and waits until the registry's news of its traffic has come. */
  show(name: string, id: string): Promise<void>;
  featureOf(name: string): Promise<GrowthbookFeature | undefined>;
  /** The layers of a deployment's traffic, as edges have them. */
  layersOf(place: Deployed): Promise<any[]>;
  ask(key: string, headers?: Record<string, string>): Promise<{ status: number; headers: Headers; body: any }>;
}

export async function startClientEvaluation(): Promise<ClientEvaluation> {
  const database = await createTestDatabase();
  const outbox = await featureOutbox(database);
  const registry: TestRegistry = await startTestRegistry({ database, feeds: { feature: outbox.feed }, now: () => NOW });
  await outbox.tell(serviceEvent());
  const monitoring = await startTestMonitoring({ database, registry: peerOf('registry', registry.subgraph) });
  const peers = { registry: registry.subgraph, monitoring: monitoring.subgraph };
  const experiments = await startTestExperiment({ database, ...peers });
  const { url: apiHost } = await serveApp(experiments.subgraph.dataApp);

  const act: ClientEvaluation['act'] = async (name, input) => {
    const isNamed = name === 'startExperiment' || name === 'archiveExperiment';
    const type = isNamed ? 'Experiment' : name[0]!.toUpperCase() + name.slice(1);
    const { data, errors } = await experiments.ask(
      `mutation ($input: ${type}Input!) { ${name}(input: $input) { eventCursor experiment { id status clientEvaluation } } }`,
      { input },
    );
    return errors ? { errors } : data[name];
  };
  const ask: ClientEvaluation['ask'] = async (key, headers = {}) => {
    const answer = await fetch(`${apiHost}/api/features/${key}`, { headers });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
  };
  const featureOf: ClientEvaluation['featureOf'] = async (name) =>
    GrowthbookFeatures.parse((await ask(testKeys.evaluating)).body).features[name];

  return {
    monitoring,
    experiments,
    apiHost,
    act,
    ask,
    featureOf,
    started: async (name, layers = () => [], more = {}) => {
      const place = await deployed(registry, name, { sharedVersions: true });
      const [today, newer] = place.releases.map(({ id }) => id);
      await changeTraffic(registry, person('developer'), 'setTraffic', {
        deployment: place.deployment,
        layers: [...layers(place), { default: { release: today } }],
        expectedRevision: 0,
        cause: `open ${name}`,
      });
      const { experiment } = await act('createExperiment', {
        name,
        hypothesis: 'the newer release is right more often',
        deployment: place.deployment,
        arms: [
          { name: 'today', release: today, share: 0.5 },
          { name: 'newer', release: newer, share: 0.3 },
        ],
        control: 'today',
        unit: 'user',
        baseline: 0.5,
        mde: 0.4,
        ...more,
      });
      await act('startExperiment', { experiment: experiment.id });
      return { place, id: experiment.id };
    },
    show: async (name, id) => {
      await act('setClientEvaluation', { experiment: id, allowed: true });
      await vi.waitFor(async () => expect((await featureOf(name))?.rules).toBeDefined(), {
        timeout: 20_000,
        interval: 25,
      });
    },
    layersOf: async ({ deployment }) => {
      const asked = `{ deployment(id: "${deployment}") { traffic { layers } } }`;
      return (await registry.ask(person('viewer'), asked)).deployment.traffic.layers;
    },
  };
}

/** Layers by which some units meet no split: a holdout, and what another release answers. */
export const layersAhead = ({ releases }: Deployed): readonly object[] => [
  { holdout: { seed: 'kept back', unit: 'user', share: 0.1, release: releases[0]!.id } },
  { variant: { field: 'country', releases: [{ value: 'DE', release: releases[1]!.id }] } },
];
