import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { logModel, mlflowClient, type MlflowClient } from '../../support/mlflow-client.ts';
import { logisticModel } from '../../support/onnx-models.ts';
import { person, type TestRegistry } from '../../support/registry.ts';
import { startRegistryProcess, Unanswered, type RegistryProcess } from '../../support/registry-process.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const KILLS = 3;
/** Registrations that must have been answered before a kill counts. */
const LEAST = 2;
const developer = person('developer');

/** What a trainer sent; `answered` is how far the server said yes. */
interface Training {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  run: string | undefined;
  logged: number;
  source: string | undefined;
  isRegistered: boolean;
}

/** MLflow's client over a process that may die at any moment. */
const clientOf = (registry: RegistryProcess): MlflowClient => {
  const app = { request: (path: string, init: RequestInit) => registry.request(path, developer, init) };
  return mlflowClient({ subgraph: { app } } as unknown as TestRegistry, developer);
};

const STEPS = 5;

/** A run with metrics, a logged model and a version of it, step by step, as a trainer does. */
async function train(client: MlflowClient, group: string, training: Training): Promise<void> {
  const { run } = await client.ok('POST', 'runs/create', {
    experiment_id: group,
    run_name: training.name,
    start_time: 1,
  });
  training.run = run.info.run_id;
  for (let step = 0; step < STEPS; step++) {
    await client.ok('POST', 'runs/log-metric', {
      run_id: training.run,
      key: 'auc',
      value: 0.5,
      timestamp: 1_700_000_000_000 + step,
      step,
    });
    training.logged = step + 1;
  }
  const mlmodel = new TextEncoder().encode('flavors:\n  onnx:\n    data: model.onnx\n    onnx_version: 1.17.0\n');
  const logged = await logModel(client, {
    group,
    run: run.info.run_id,
    files: { MLmodel: mlmodel, 'model.onnx': training.bytes },
  });
  training.source = `models:/${logged.model_id}`;
  await client.ok('POST', 'registered-models/create', { name: training.name });
  await client.ok('POST', 'model-versions/create', {
    name: training.name,
    source: training.source,
    run_id: training.run,
  });
  training.isRegistered = true;
}

it.each([1])(
  'a kill while models are logged and registered loses nothing that was answered (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const database = await createTestDatabase();
    const dataDir = temporaryFolder('mlflow-killed');
    let registry = await startRegistryProcess(database, dataDir);
    const { experiment_id: group } = await clientOf(registry).ok('POST', 'experiments/create', { name: 'killed' });
    const trainings: Training[] = [];
    const churn = async (client: MlflowClient): Promise<void> => {
      for (;;) {
        const { bytes } = logisticModel({ features: 2, weights: [random(), random()], bias: random() });
        const training: Training = {
          name: `m${trainings.length}`,
          bytes: new Uint8Array(bytes),
          run: undefined,
          logged: 0,
          source: undefined,
          isRegistered: false,
        };
        trainings.push(training);
        try {
          await train(client, group, training);
        } catch (error) {
          if (error instanceof Unanswered) return;
          // The answer had begun when the process died.
          if (error instanceof TypeError || error instanceof SyntaxError) return;
          throw error;
        }
      }
    };

    for (let kill = 0; kill < KILLS; kill++) {
      const from = trainings.length;
      const client = clientOf(registry);
      const running = [churn(client), churn(client)];
      while (trainings.slice(from).filter(({ isRegistered }) => isRegistered).length < LEAST) {
        await Promise.race([sleep(50), Promise.all(running)]);
      }
      await sleep(random() * 400);
      await registry.kill();
      await Promise.all(running);
      registry = await startRegistryProcess(database, dataDir);
      await check(registry, trainings);
    }

    // Nothing that a kill left half done stands in the way of doing it again.
    const client = clientOf(registry);
    for (const training of trainings.filter(({ isRegistered }) => !isRegistered)) {
      const again = { ...training, name: `${training.name}-again` };
      await train(client, group, again);
      await check(registry, [again]);
    }
    await registry.kill();
  },
  300_000,
);

async function check(registry: RegistryProcess, trainings: readonly Training[]): Promise<void> {
  const client = clientOf(registry);
  for (const { name, run, logged, bytes, isRegistered } of trainings) {
    if (run === undefined) continue;
    const { metrics } = await client.ok('GET', 'metrics/get-history', { run_id: run, metric_key: 'auc' });
    const steps = (metrics ?? []).map(({ step }: any) => Number(step)).toSorted((a: number, b: number) => a - b);
    // One more than was answered may be there.
    expect(steps, name).toEqual(steps.map((_: number, i: number) => i));
    expect(steps.length, name).toBeGreaterThanOrEqual(logged);
    const { model_versions: versions = [] } = await client.ok('GET', 'model-versions/search', {
      filter: `name = '${name}'`,
    });
    if (isRegistered) expect(versions, name).toHaveLength(1);
    for (const { version } of versions) {
      const { artifact_uri: uri } = await client.ok('GET', 'model-versions/get-download-uri', { name, version });
      const file = await client.getFile(uri, 'model.onnx');
      expect(sha256(file), name).toBe(sha256(bytes));
      const { modelVersion } = await registry.ask(
        developer,
        `{ modelVersion(id: "${name}@${version}") { sourceDigest trainingRun { id } } }`,
      );
      expect(modelVersion, name).toMatchObject({
        sourceDigest: sha256(bytes),
        trainingRun: { id: expect.stringContaining(run) },
      });
    }
  }
  const { verifyAudit } = await registry.ask(developer, '{ verifyAudit { chains { subgraph state why } } }');
  expect(verifyAudit.chains).toContainEqual({ subgraph: 'REGISTRY', state: 'WHOLE', why: null });
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
