import { expect, it } from 'vitest';
import { startTestExperiment } from '../support/experiment.ts';
import { misnamedIn, samplesIn, scrape } from '../support/metrics.ts';

it('metrics tell how far each followed feed is behind', async () => {
  const { subgraph } = await startTestExperiment();
  const text = await scrape(subgraph);
  expect(Object.keys(samplesIn(text, 'tiffin_feed_lag_seconds')).sort()).toEqual([
    'consumer="monitoring-facts"',
    'consumer="registry-deployments"',
  ]);
  expect(misnamedIn(text)).toEqual([]);
});
