import { expect, it } from 'vitest';
import { DEPLOYMENT, NOW, outcome, prediction, range, startTestMonitoring, uuid } from '../support/monitoring.ts';

const HOUR_MS = 3_600_000;
const window = { from: new Date(NOW.getTime() - 2 * HOUR_MS), to: new Date(NOW.getTime() + HOUR_MS) };

it('keeps what testers forced, says who, and learns nothing from it', async () => {
  const own = await startTestMonitoring();
  const forced = { forced: 'user:ana', release: 'c'.repeat(64), score: 0.99 };
  await own.send('/v1/predictions', {
    node: 'edge-1',
    predictions: [...range(0, 20).map((n) => prediction(n)), ...range(20, 30).map((n) => prediction(n, forced))],
  });
  await own.send('/v1/outcomes', { outcomes: range(0, 30).map((n) => outcome(n, n % 2)) });
  const { data, errors } = await own.ask(
    `query ($id: ID!, $input: PerformanceReportInput!, $ids: [_Any!]!) {
      prediction(id: $id) { forcedBy }
      performanceReport(input: $input) { windows { figures { predictions } } }
      found: _entities(representations: $ids) { ... on Deployment { served(window: { hours: 3 }) { releases { release answers } } } }
    }`,
    {
      id: `tiffin:default:prediction:${uuid(25)}`,
      input: { deployment: DEPLOYMENT, ...window, windowHours: 3 },
      ids: [{ __typename: 'Deployment', id: DEPLOYMENT }],
    },
    'viewer',
  );
  expect(errors).toBeUndefined();
  expect(data.prediction).toEqual({ forcedBy: 'user:ana' });
  expect(data.performanceReport.windows.reduce((sum: number, one: any) => sum + one.figures.predictions, 0)).toBe(20);
  expect(data.found[0].served.releases).toEqual([{ release: prediction(0).release, answers: 20 }]);
  const [stored] = await own.db.query<{ count: string }>('select count(*) from prediction');
  expect(Number(stored!.count), 'they are in the account').toBe(30);
});
