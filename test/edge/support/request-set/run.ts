import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atEnd } from '../../../support/at-end.ts';
import { entryOf, TestControlPlane } from '../control-plane.ts';
import { edgeHere, edgePlace, get, post, until } from '../edge-process.ts';
import { answersAt, predictionIds, withoutIds, type RawAnswer, type SetAnswer } from './answers.ts';
import { recipeRelease, setModels, type EngineName, type SetModel } from './releases.ts';
import { recipeRequests, requestsOf, TENSORS_BY_NAME, trapRequests, type SetRequest } from './requests.ts';

/** A runtime that serves what a control plane publishes. */
export interface SetRuntime {
  answers(requests: readonly SetRequest[]): Promise<readonly RawAnswer[]>;
  stop(): Promise<unknown>;
}

/** All models through all doors, on one engine, with the answers of a node in this process. */
export interface RequestSet {
  readonly engine: EngineName;
  readonly requests: readonly SetRequest[];
  readonly control: TestControlPlane;
  readonly expected: ReadonlyMap<string, SetAnswer>;
}

const SLOW_MS = 300_000;
const READY_MS = 120_000;

/** The set on each engine; a model is asked for on an engine where it is proven. Its control planes end with the test file. */
export async function requestSets(): Promise<{
  readonly models: readonly SetModel[];
  readonly sets: Readonly<Record<EngineName, RequestSet>>;
}> {
  const models = await setModels();
  const proven = models.filter(({ tabular }) => tabular !== 'OFF');
  return { models, sets: { tabular: await setOn('tabular', proven), ort: await setOn('ort', models) } };
}

async function setOn(engine: EngineName, models: readonly SetModel[]): Promise<RequestSet> {
  const requests = [...recipeRequests(), ...models.flatMap(requestsOf), ...trapRequests()];
  const control = await TestControlPlane.start();
  atEnd(() => control.down());
  const releases = [await recipeRelease(engine), ...models.map((model) => model.releaseOn(engine))];
  const deployments = releases.map((release) => ({ ...entryOf(release, 1), requires: [] }));
  await control.publish(releases, { deployments });
  const edge = await edgeHere(edgePlace(control));
  await serves(edge.url, control);
  const answers = await answersAt(edge.url, requests);
  await edge.stop();
  return {
    engine,
    requests,
    control,
    expected: new Map(requests.map(({ name }, i) => [name, withoutIds(answers[i]!)])),
  };
}

interface Probe {
  readonly ask: (url: string, endpoint: string) => Promise<{ readonly status: number; readonly body: unknown }>;
  /** Of an endpoint that is served. */
  readonly status: number;
}

const BY_READINESS: Probe = { ask: (url, endpoint) => get(url, `/v2/models/${endpoint}/ready`), status: 200 };

/** For a node without /v2: what is served finds that the request has no inputs. */
export const BY_PREDICT: Probe = { ask: (url, endpoint) => post(url, `/v1/predict/${endpoint}`, {}), status: 422 };

/** Waits until a node serves every deployment that the control plane has published. */
export async function serves(url: string, control: TestControlPlane, probe = BY_READINESS): Promise<void> {
  for (const { endpoint } of control.manifest!.deployments) {
    let last: unknown;
    await until(
      `it serves ${endpoint}`,
      async () => {
        const { status, body } = await probe.ask(url, endpoint);
        last = body;
        return status === probe.status;
      },
      READY_MS,
    ).catch((error: unknown) => {
      throw new Error(JSON.stringify(last), { cause: error });
    });
  }
}

/**
 * One runtime on one engine: each answer as the node of this process gave it, each prediction with its record; of the requests that
 * the runtime `has` something for.
 */
export function describeRuntime(
  runtime: string,
  set: RequestSet,
  start: (control: TestControlPlane) => Promise<SetRuntime>,
  has: (request: SetRequest) => boolean = () => true,
): void {
  const { engine } = set;
  const requests = set.requests.filter(has);
  describe(`${runtime}, ${engine}`, () => {
    let running: SetRuntime | undefined;
    let answers: readonly RawAnswer[] = [];
    beforeAll(async () => {
      const { control } = set;
      control.stored.clear();
      running = await start(control);
      answers = await running.answers(requests);
    }, SLOW_MS);
    afterAll(() => running?.stop());

    describe('answers the request set', () => {
      it.each(requests.map(({ name }, i) => [name, i] as const))('%s', (name, i) => {
        expect(withoutIds(answers[i]!)).toEqual(set.expected.get(name));
      });
    });

    it(
      'has a record of each prediction',
      async () => {
        const ids = new Set(answers.flatMap(predictionIds));
        // MLflow's form for tensors has no room for ids.
        const nameless = requests.filter(({ name }) => name.endsWith(TENSORS_BY_NAME)).length;
        expect(nameless > 0).toBe(requests.some(({ path }) => path.endsWith('/invocations')));
        const { stored } = set.control;
        await until('all are stored', () => stored.size >= ids.size + nameless, 60_000);
        expect([...ids].filter((id) => !stored.has(id))).toEqual([]);
        expect(stored.size).toBe(ids.size + nameless);
      },
      SLOW_MS,
    );
  });
}
