import { spawn } from 'node:child_process';
import { expect } from 'vitest';
import { nodesOf } from '../../client/pages.ts';
import { logisticModel } from './onnx-models.ts';
import type { Install } from './install.ts';
import { FlightsStored, type FlightsStoredQuery } from './operations.ts';
import { approvedVersion, change, eventually, released } from './story.ts';
import { DEPLOYMENT, ENDPOINT, INPUTS, VIEWS } from '../../examples/flights/names.ts';
import { MODEL } from '../../examples/flights/adapt/plan.ts';
import { dataFiles } from '../../examples/flights/data/prepare.ts';
import { define } from '../../examples/flights/setup/definitions.ts';

const FEATURES = ['origin_delays__late_share_3h', 'dest_delays__late_share_3h'];

/**
 * The least that a replay needs, made through the graph: views over the derived files with nothing loaded, a small logistic
 * model live, and a good and a broken one released beside it. Answers once the edge serves.
 */
export async function serveFlights(install: Install, dataFolder: string): Promise<void> {
  const { service } = await define(install.client().graph, dataFiles(dataFolder));
  const { endpoint } = await change(install, 'developer', 'createEndpoint', { name: ENDPOINT }, '{ endpoint { id } }');
  await change(
    install,
    'developer',
    'createDeployment',
    { endpoint: endpoint.id, environment: 'production' },
    '{ deployment { id } }',
  );
  const live = await releaseModel(install, 'champion', service, [0.05, 0.01, 0.0001, 2, 1], MODEL);
  await change(
    install,
    'developer',
    'promoteRelease',
    { deployment: DEPLOYMENT, release: live, reason: 'the first one' },
    '{ applied }',
  );
  await releaseModel(install, 'challenger', service, [0.04, 0.02, 0.0001, 3, 1]);
  // As one whose trainer took other units: it is sure of nearly every flight that it comes late.
  await releaseModel(install, 'percent', service, [4, 2, 0.01, 300, 100]);
  await eventually(async () => expect(await install.client().edge.serves(ENDPOINT)).toBe(true));
}

/** A logistic model, approved and released; it takes no traffic by itself. */
async function releaseModel(
  install: Install,
  name: string,
  service: string,
  weights: readonly number[],
  ofModel = name,
): Promise<string> {
  const model = logisticModel({ features: weights.length, weights, bias: -2 });
  const version = await approvedVersion(install, model, { model: ofModel, featureService: service });
  const recipe = {
    inputs: INPUTS.map((input, i) => ({ name: input, dtype: i < 3 ? 'STRING' : 'FLOAT64' })),
    entities: [VIEWS.origin, VIEWS.destination].map(({ joinKey }) => ({ joinKey, input: joinKey })),
    features: { service, defaults: Object.fromEntries(FEATURES.map((feature) => [feature, 0])) },
    models: [
      {
        version,
        inputs: [{ tensor: 'features', columns: ['hour', 'dow', 'distance', ...FEATURES] }],
        score: { tensor: 'score' },
      },
    ],
    output: { decision: { threshold: 0.3, above: 'LATE', below: 'ON_TIME' } },
    // A busy machine must not turn a slow read into a default.
    budgets: { featuresMs: 20_000, totalMs: 40_000 },
  };
  return (await released(install, { deployment: DEPLOYMENT, recipe, description: name })).id;
}

export interface Ended {
  readonly code: number | null;
  readonly text: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  kill(): void;
}

/** `npm run flights -- <command>` in a process of its own. */
export function runFlights(command: string, install: Install, folder: string, more: readonly string[]): Running {
  // The URL as `npm start` prints it.
  const where = ['--data', folder, '--graph', `${install.graphUrl}/graphql`, '--edge', install.edgeUrl];
  const env = {
    ...process.env,
    TIFFIN_FEATURE_URL: install.dataUrl('feature'),
    TIFFIN_REGISTRY_URL: install.dataUrl('registry'),
    TIFFIN_KEY: install.key,
  };
  const child = spawn(process.execPath, ['dist/examples/flights/main.js', command, ...where, ...more], { env });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, text })));
  return { ended, kill: () => void child.kill('SIGKILL') };
}

type StoredNode = NonNullable<FlightsStoredQuery['predictions']>['edges'][number]['node'];

export interface StoredFlight {
  readonly flight: number;
  readonly predictionId: string;
  readonly node: StoredNode;
}

/** Every stored prediction of the deployment, page by page. */
export async function storedFlights(install: Install, from: string, to: string): Promise<StoredFlight[]> {
  const found: StoredFlight[] = [];
  const { graph } = install.client('viewer');
  const window = { deployment: DEPLOYMENT, from, to };
  for await (const node of nodesOf(graph, FlightsStored, window, ({ predictions }) => predictions)) {
    const flight = Number(node.inputs.find(({ name }) => name === 'flight')?.text);
    found.push({ flight, predictionId: node.id, node });
  }
  return found;
}
