import { until } from '../../../client/wait.ts';
import { clientOf, type Connection } from '../../shared/connection.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { loadHistory } from '../../shared/setup/history.ts';
import { createDeployment, promoteFirst, releaseOf } from '../../shared/setup/release.ts';
import { Steps } from '../../shared/setup/steps.ts';
import { historyFiles, prepareHistory } from '../data/history.ts';
import { DEPLOYMENT, ENDPOINT } from '../names.ts';
import { define } from './definitions.ts';
import { makeVersions } from './make-versions.ts';
import { recipeOf } from './recipe.ts';

/** From nothing to four models live at the edge. What is there already stays as it is. */
export async function setUp(connection: Connection, folder: string, output: ProgressOutput): Promise<void> {
  const people = { maker: clientOf(connection), approver: clientOf(connection, 'approver') };
  const { graph, edge } = people.maker;
  const steps = new Steps(output);
  const files = historyFiles(folder);
  const { toMs } = await steps.take('history', async () => {
    const prepared = await prepareHistory(folder, Date.now());
    return [prepared, `${prepared.payments} payments of six weeks, ${prepared.frauds} of them frauds; synthetic`];
  });
  const { service, views } = await steps.take('definitions', async () => {
    const defined = await define(graph, files);
    return [defined, `${defined.views.length} views, ${defined.service}`];
  });
  await steps.take('windows', async () => {
    const to = new Date(toMs).toISOString();
    const rows = await Promise.all(views.map((view) => loadHistory(graph, view, { from: null, to, onlineAt: to })));
    return [undefined, `${rows.reduce((sum, one) => sum + one, 0)} rows loaded`];
  });
  const versions = await makeVersions({ people, steps, files, folder, service });
  await steps.take('deployment', async () => {
    await createDeployment(graph, FRAUD_DEPLOYMENT);
    const recipe = recipeOf(versions, service);
    const release = await releaseOf(people, DEPLOYMENT, { name: 'first', versions: Object.values(versions), recipe });
    await promoteFirst(graph, DEPLOYMENT, { release, cause: 'fraud:set-up' });
    return [undefined, 'four models are live'];
  });
  await steps.take('edge', async () => {
    await until(
      async () => (await edge.serves(ENDPOINT)) || undefined,
      'the edge has not taken up the models within two minutes: see edge.log',
    );
    return [undefined, `serves ${ENDPOINT}`];
  });
}

const FRAUD_DEPLOYMENT = {
  id: DEPLOYMENT,
  endpoint: ENDPOINT,
  description: 'Before a payment goes through: is it a fraud? Synthetic.',
  owner: 'fraud',
};
