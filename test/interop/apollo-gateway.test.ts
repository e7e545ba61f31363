import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compareThreeHops, reportOf } from '../bench/three-hops/compare.ts';

const ROUNDS = 5;
const PLUGIN = `${import.meta.dirname}/gateways/apollo.ts`;

it('answers as Apollo Gateway does over the same subgraphs, and faster', { timeout: 300_000 }, async () => {
  if (!existsSync('dist/gateway/main.js')) throw new Error('dist/: is not there, run npm run build');
  const paths = { gateway: '/graphql', apollo: '/apollo', byHand: '/by-hand', echo: '/echo' };
  const compared = await compareThreeHops({ paths, rounds: ROUNDS, plugin: PLUGIN });
  console.log(reportOf(compared, ROUNDS));
  const { gateway, apollo } = compared.together;
  expect(gateway!.throughput).toBeGreaterThan(apollo!.throughput);
});
