import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDuck } from '../../examples/shared/duck.ts';
import { loadFeatures } from '../../examples/flights/data/feature-matrix.ts';
import { dataFiles, prepareData } from '../../examples/flights/data/prepare.ts';
import { DEPLOYMENT, VIEWS } from '../../examples/flights/names.ts';
import { readCheckpoint, type Checkpoint } from '../../examples/flights/replay/checkpoint.ts';
import { readHours, type Flight } from '../../examples/flights/replay/days.ts';
import {
  runFlights,
  serveFlights,
  storedFlights,
  type Ended,
  type Running,
  type StoredFlight,
} from '../support/flights.ts';
import { startInstall, type Install } from '../support/install.ts';
import { ask, change, eventually } from '../support/story.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FROM = '2001-01-22T18';
const TO = '2001-01-23T02';
const SHARE = 0.6;
const env = { TIFFIN_SOURCE_DIRS: tmpdir(), TIFFIN_EDGE_POLL_MS: '100', TIFFIN_EDGE_HEARTBEAT_MS: '200' };
const msOf = (hour: string): number => Date.parse(`${hour}:00:00Z`);
const counted = (n: number): string => n.toLocaleString('en-US');
const shareOf = (node: any, view: string): number =>
  Math.fround(node.features.find(({ name }: any) => name === `${view}__late_share_3h`).number);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const RULE = {
  name: 'answers',
  deployment: DEPLOYMENT,
  signal: 'ANSWER_RATE',
  comparison: 'BELOW',
  threshold: 1,
  windowSeconds: 3_600,
  evaluation: 'ON_DEMAND',
};

const running: Running[] = [];

/** Eight hours of real flights in real processes, each of which is killed while they are replayed; the replay twice. */
describe('a replay of flights', { timeout: 60_000 }, () => {
  let folder: string;
  let install: Install;
  let flights: Flight[];
  let stored: StoredFlight[];
  let checkpoint: Checkpoint;
  let end: Ended;

  const start = (...more: readonly string[]): Running => {
    const one = runFlights('replay', install, folder, more);
    running.push(one);
    return one;
  };
  /** Some moment after the replay has come so far. */
  const reached = async (hour: string): Promise<void> => {
    await eventually(
      async () => expect((await readCheckpoint(folder))?.nextMs ?? 0).toBeGreaterThanOrEqual(msOf(hour)),
      120_000,
    );
    await sleep(Math.random() * 300);
  };

  beforeAll(async () => {
    folder = temporaryFolder('flights');
    await prepareData(folder, () => {}, '2001-01-24');
    flights = await withDuck(async (duck) => {
      const hours = await readHours(duck, dataFiles(folder), msOf(FROM), msOf(TO));
      return hours.flatMap((hour) => hour.flights);
    });
    install = await startInstall({ env });
    await serveFlights(install, folder);
    await change(install, 'developer', 'createAlertRule', RULE, '{ rule { id } }');

    const what = ['--from', FROM, '--to', TO, '--share', String(SHARE), '--concurrency', '8'];
    const early = start(...what);
    await eventually(
      async () => expect(await storedFlights(install, `${FROM}:00:00Z`, `${TO}:00:00Z`)).not.toEqual([]),
      60_000,
    );
    early.kill();
    await early.ended;
    const first = start(...what);
    await reached('2001-01-22T20');
    process.kill(Number(readFileSync(join(install.dataDir, 'edge.pid'), 'utf8')), 'SIGKILL');
    await reached('2001-01-22T22');
    first.kill();
    await first.ended;
    const second = start(...what);
    await reached('2001-01-22T23');
    const ports: [number, number] = [Number(new URL(install.graphUrl).port), Number(new URL(install.edgeUrl).port)];
    await install.kill();
    install = await startInstall({ dataDir: install.dataDir, ports, env });
    end = await second.ended;
    checkpoint = (await readCheckpoint(folder))!;
    stored = await storedFlights(install, `${FROM}:00:00Z`, `${TO}:00:00Z`);
  }, 240_000);
  afterAll(async () => {
    for (const one of running) one.kill();
    await install?.stop();
  });

  it('comes to its end although the edge, the replay and the control plane are killed', () => {
    expect(end.code, end.text).toBe(0);
    expect(checkpoint.nextMs, end.text).toBe(msOf(TO));
  });

  it('has asked for each flight of its share once, and for no other', () => {
    expect(new Set(stored.map(({ flight }) => flight)).size).toBe(stored.length);
    const departed = new Map(flights.map((flight) => [flight.flight, flight.departureMs]));
    expect(stored.filter(({ flight, node }) => departed.get(flight) !== Date.parse(node.occurredAt))).toEqual([]);
    expect(checkpoint.answered).toBe(stored.length);
    expect(Math.abs(stored.length / flights.length - SHARE)).toBeLessThan(0.03);
  });

  it('closes the account of the edge to the row', async () => {
    const query = `{ edgeNodes(first: 5) { edges { node { accounting { answered stored queued dropped sampledOut balanced } } } } }`;
    await eventually(async () =>
      expect((await ask(install, 'viewer', query)).edges).toEqual([
        {
          node: {
            accounting: {
              answered: stored.length,
              stored: stored.length,
              queued: 0,
              dropped: 0,
              sampledOut: 0,
              balanced: true,
            },
          },
        },
      ]),
    );
  });

  it('has told the outcome of each flight whose arrival is known by its end, and of no other', () => {
    const told = new Map(stored.map(({ flight, node }) => [flight, node.outcome?.value ?? null]));
    const expected = flights
      .filter(({ flight }) => told.has(flight))
      .map(({ flight, knownMs, late }) => [flight, knownMs < msOf(TO) ? Number(late) : null]);
    expect(expected.map(([flight]) => [flight, told.get(flight!)])).toEqual(expected);
    expect(end.text).toContain(`stored ${counted(stored.length)}, with an outcome ${counted(checkpoint.outcomes)};`);
    expect(checkpoint.outcomes).toBe([...told.values()].filter((value) => value !== null).length);
  });

  it('has seen at the edge what the point-in-time join finds off-line, row by row', async () => {
    const asked = stored.toSorted((a, b) => a.flight - b.flight);
    const joined = await withDuck((duck) =>
      loadFeatures(
        duck,
        dataFiles(folder),
        Int32Array.from(asked, ({ flight }) => flight),
        'CREATED',
      ),
    );
    const [origin, destination] = joined.columns.slice(-2);
    const differing = asked.filter(
      ({ node }, i) =>
        shareOf(node, VIEWS.origin.name) !== origin![i] || shareOf(node, VIEWS.destination.name) !== destination![i],
    );
    // At most those that were under way when the feature server was killed, and each of them is known.
    const without = new Set(checkpoint.withoutFeatures);
    expect(differing.filter(({ flight }) => !without.has(flight))).toEqual([]);
    expect(without.size).toBeLessThanOrEqual(8);
    expect(origin!.filter((share) => share > 0).length).toBeGreaterThan(asked.length / 2);
  });

  it('has its alerts evaluated by the clock of the data', async () => {
    const query = `query ($id: ID!) { alertRule(id: $id) { evaluatedAt value rows } }`;
    const rule = await ask(install, 'viewer', query, { id: 'tiffin:default:alert-rule:answers' });
    const lastHour = stored.filter(({ node }) => node.occurredAt >= '2001-01-22T23' && node.occurredAt < '2001-01-23');
    expect(rule).toEqual({
      evaluatedAt: '2001-01-23T00:00:00.000Z',
      rows: lastHour.length,
      value: lastHour.length / 60,
    });
  });

  it.each([
    ['to go back in time', ['--from', '2001-01-22T19'], /time goes forward only/],
    ['to change its share on the way', ['--from', FROM, '--share', '1', '--to', '2001-01-23T03'], /with --share 0\.6/],
    ['to do what is done', ['--from', FROM, '--to', TO], /has been replayed already/],
    ['what it does not understand', ['--share', 'half'], /--share takes a number above 0 and at most 1, not "half"/],
    ['when no server is there', ['--graph', 'http://127.0.0.1:9'], /Start the servers with "npm start"/],
  ] as const)('refuses %s', async (_, more, message) => {
    const { code, text } = await start(...more).ended;
    expect(text).toMatch(message);
    expect(code).toBe(1);
  });
});
