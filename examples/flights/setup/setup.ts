import { until } from '../../../client/wait.ts';
import { clientOf, type Connection } from '../../shared/connection.ts';
import { withDuck } from '../../shared/duck.ts';
import { dataFiles, prepareData } from '../data/prepare.ts';
import { ENDPOINT } from '../names.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { SAMPLES } from '../sampling.ts';
import { FLIGHT_MODELS, type FlightModelPlan } from '../train/flight-model.ts';
import { BASELINE, createAlertRules } from './alert-rules.ts';
import { define } from './definitions.ts';
import { runExperiment, treesOrLogistic } from './experiment.ts';
import { loadHistory } from '../../shared/setup/history.ts';
import { makeVersion, workshopOf } from './make-version.ts';
import { createDeployment, promoteFirst, releaseOf } from './release.ts';
import { Steps } from '../../shared/setup/steps.ts';

/** What the set-up needs of the flights, up to the last one that it judges by; a replay derives the rest. */
const NEEDED_UNTIL = SAMPLES.february.to;

/**
 * January's history. All of it can be trained on; on-line goes what was known when the baseline week begins, where a replay
 * takes over: nothing of the future may be there.
 */
const JANUARY = { from: null, to: `${SAMPLES.january.to}T00:00:00.000Z`, onlineAt: BASELINE.from };

const planOf = (name: string): FlightModelPlan => {
  const plan = FLIGHT_MODELS.find((one) => one.name === name);
  if (!plan) throw new Error(`there is no model "${name}"`);
  return plan;
};

/** From nothing to a live champion, a running experiment and alert rules. What is there already stays as it is. */
export async function setUp(connection: Connection, folder: string, output: ProgressOutput): Promise<void> {
  const people = { maker: clientOf(connection), approver: clientOf(connection, 'approver') };
  const { graph, edge } = people.maker;
  const steps = new Steps(output);
  const files = dataFiles(folder);
  const { service, views } = await steps.take('flights and late shares', async () => {
    const { flights } = await prepareData(folder, () => {}, NEEDED_UNTIL);
    return [
      await define(graph, files),
      `${flights} flights before ${NEEDED_UNTIL}, sources, views and service defined`,
    ];
  });
  await steps.take('January’s history', async () => {
    const rows = await Promise.all(Object.values(views).map((view) => loadHistory(graph, view, JANUARY)));
    return [undefined, `${rows.reduce((sum, one) => sum + one, 0)} rows loaded`];
  });
  await withDuck(async (duck) => {
    const workshop = workshopOf({ people, duck, files, folder, service, steps });
    const champion = await makeVersion(workshop, planOf('champion'), 'KNOWN');
    const live = await steps.take('deployment', async () => {
      await createDeployment(graph);
      const release = await releaseOf(people, { name: 'champion', version: champion, service });
      await promoteFirst(graph, release);
      return [release, 'the champion is live'];
    });
    const logistic = await makeVersion(workshop, planOf('logistic'), 'KNOWN');
    await steps.take('experiment', async () => {
      const candidate = await releaseOf(people, { name: 'logistic', version: logistic, service });
      return [undefined, await runExperiment(graph, treesOrLogistic(live, candidate))];
    });
  });
  await steps.take('alert rules', async () => [undefined, `${await createAlertRules(graph)}`]);
  await steps.take('edge', async () => {
    await until(
      async () => (await edge.serves(ENDPOINT)) || undefined,
      'the edge has not taken up the champion within two minutes: see edge.log',
    );
    return [undefined, `serves ${ENDPOINT}`];
  });
}
