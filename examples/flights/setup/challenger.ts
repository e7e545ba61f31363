import { clientOf, type Connection } from '../../shared/connection.ts';
import { withDuck } from '../../shared/duck.ts';
import { DELAYS_TTL_MINUTES } from '../data/feature-matrix.ts';
import { dataFiles, prepareData } from '../data/prepare.ts';
import type { ProgressOutput } from '../../shared/progress.ts';
import { SAMPLES } from '../sampling.ts';
import { FLIGHT_MODELS } from '../train/flight-model.ts';
import { BASELINE } from './alert-rules.ts';
import { define } from './definitions.ts';
import { loadHistory } from '../../shared/setup/history.ts';
import { makeVersion, workshopOf } from './make-version.ts';
import { deploymentExists, releaseOf } from './release.ts';
import { Steps } from '../../shared/setup/steps.ts';

const { spring } = SAMPLES;

/** March to May, and the hours before that its first flights saw. It is trained on, never put on-line. */
const SPRING = {
  from: new Date(Date.parse(spring.from) - DELAYS_TTL_MINUTES * 60_000).toISOString(),
  to: `${spring.to}T00:00:00.000Z`,
  onlineAt: BASELINE.from,
};

/**
 * The challenger and the two broken ones, each approved by another person and released: ready for an arm or a shadow. Their
 * history came here long after its time, so nothing of it was known then: the training set goes by when it was created.
 */
export async function makeChallengers(connection: Connection, folder: string, output: ProgressOutput): Promise<void> {
  const people = { maker: clientOf(connection), approver: clientOf(connection, 'approver') };
  const { graph } = people.maker;
  if (!(await deploymentExists(graph))) {
    throw new Error('there is no champion to challenge yet: npm run flights -- setup');
  }
  const steps = new Steps(output);
  const files = dataFiles(folder);
  const { service, views } = await steps.take('flights and late shares', async () => {
    const { flights } = await prepareData(folder, () => {});
    return [await define(graph, files), `${flights} flights`];
  });
  await steps.take('history of March to May', async () => {
    const rows = await Promise.all(Object.values(views).map((view) => loadHistory(graph, view, SPRING)));
    return [undefined, `${rows.reduce((sum, one) => sum + one, 0)} rows loaded`];
  });
  await withDuck(async (duck) => {
    const workshop = workshopOf({ people, duck, files, folder, service, steps });
    for (const plan of FLIGHT_MODELS.filter(({ trainedOn }) => trainedOn === spring)) {
      const version = await makeVersion(workshop, plan, 'CREATED');
      await steps.take(`release ${plan.name}`, async () => {
        const release = await releaseOf(people, { name: plan.name, version, service });
        return [undefined, `${release}, for an experiment arm or a shadow`];
      });
    }
  });
}
