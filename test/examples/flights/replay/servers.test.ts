import { expect, it } from 'vitest';
import type { Flight } from '../../../../examples/flights/replay/days.ts';
import { isAway, Servers } from '../../../../examples/flights/replay/servers.ts';
import { servingSince } from '../../../../examples/flights/setup/release.ts';
import { serve, type Canned } from '../../../client/fake-server.ts';

const flight = {
  flight: 7,
  origin: 'ATL',
  destination: 'ORD',
  distance: 606,
  hour: 18,
  dow: 5,
  departureMs: 0,
} as Flight;
const serversOf = async (answer: Canned): Promise<Servers> => {
  const { url } = await serve([answer]);
  return new Servers({ graphUrl: `${url}/graphql`, edgeUrl: url, key: 'a-key' });
};
const failureOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('it did not fail'),
    (error) => error,
  );

it.each([
  [
    'no such endpoint',
    { status: 404, body: { title: 'no such endpoint' } },
    /"flight-delay": run "npm run flights -- setup" first/,
  ],
  [
    'a key that is not known',
    { status: 401, body: { title: 'the key is not known' } },
    /the key is not known \(401 UNAUTHENTICATED\); --key says/,
  ],
  ['something else', { body: [{ code: 'hello' }] }, /the answer is not one of this version of Tiffin \(body: /],
])('says in a line what is wrong with %s', async (_, answer, message) => {
  const error = await failureOf((await serversOf(answer)).predict(flight));
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain('\n');
  expect(isAway(error)).toBe(false);
});

it('says in a line that a graph is none', async () => {
  const servers = await serversOf({
    status: 404,
    body: { title: 'there is no POST /graphql here', code: 'NOT_FOUND' },
  });
  expect((await failureOf(servingSince(servers.client.graph))).message).toBe(
    'ReleasesOfDeployment: there is no POST /graphql here (404 NOT_FOUND)',
  );
});

it.each([
  ['cut off', null],
  ['away', { status: 503, body: {} }],
  ['broken', { status: 500, body: { title: 'internal error', code: 'INTERNAL' } }],
])('waits for an edge that is %s', async (_, answer) => {
  expect(isAway(await failureOf((await serversOf(answer)).predict(flight)))).toBe(true);
});
