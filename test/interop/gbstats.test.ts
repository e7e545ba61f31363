import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startExposedExperiment } from '../support/exposures.ts';
import { keepUnitSums } from '../support/kept-sums.ts';
import { NOW } from '../support/monitoring.ts';
import { cpuSeconds, memoryMb, parentOf } from '../support/server-load.ts';
import { EXPOSED_ARMS, TEN_METRICS } from '../support/ten-metrics.ts';

/** A Python with the packages of `test/interop/gbstats/requirements.txt`; `npm run interop` makes one. */
const PYTHON = resolve(process.env['TIFFIN_GBSTATS_PYTHON'] ?? '.interop/gbstats-python/bin/python');
/** The requirement speaks of 10,000,000. */
const EXPOSURES = Number(process.env['TIFFIN_EXPOSURES'] ?? 300_000);
const CITIES = 50;
const DAYS = 20;

function gbstats(program: string, input: object): any {
  const { status, stdout, stderr, error } = spawnSync(PYTHON, [`test/interop/gbstats/${program}`], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(error?.message ?? stderr);
  return stdout === '' ? null : JSON.parse(stdout);
}

const RESULT = `query ($id: ID!) { experiment(id: $id) { result { arms { arm exposed }
  secondary { metric arm segments { segment value arm controlUnits units difference p interval { lower upper } } } } } }`;

describe.skipIf(!existsSync(PYTHON))('gbstats over the same exposures', () => {
  it(`says the same of 10 metrics × 4 arms × ${CITIES} segments`, { timeout: 3_600_000 }, async () => {
    const { asked, id, name, db, appUrl } = await startExposedExperiment();
    const at = performance.now();
    gbstats('lay_exposures.py', {
      url: appUrl,
      holder: id,
      experiment: name,
      arms: EXPOSED_ARMS,
      cities: CITIES,
      days: DAYS,
      units: EXPOSURES / 10,
      exposures: EXPOSURES,
      start: NOW.toISOString().slice(0, 10),
      seed: 7,
    });
    const laid = performance.now() - at;
    const kept = await keepUnitSums(db, { experiment: name, holder: id, metrics: TEN_METRICS, segments: ['city'] });

    const [{ backend } = { backend: 0 }] = await db.query<{ backend: number }>('select pg_backend_pid() as backend');
    // The connection may end, the server does not.
    const server = parentOf(backend);
    const before = memoryMb(server);
    let most = before;
    const watching = setInterval(() => {
      most = Math.max(most, memoryMb(server));
    }, 100);
    const read = async () => {
      const [from, computed] = [performance.now(), cpuSeconds(server) + process.cpuUsage().user / 1e6];
      const { experiment } = await asked(RESULT, { id });
      const seconds = (performance.now() - from) / 1_000;
      return { result: experiment.result, seconds, cpu: cpuSeconds(server) + process.cpuUsage().user / 1e6 - computed };
    };
    const cold = await read();
    clearInterval(watching);
    const again = await read();
    const copying = cpuSeconds(server);
    const theirs = gbstats('analyse.py', { url: appUrl, holder: id, arms: EXPOSED_ARMS });

    const theirCpu = theirs.cpu + cpuSeconds(server) - copying;

    const ours = new Map<string, any>(
      cold.result.secondary.flatMap(({ metric, segments }: any) =>
        segments.map((one: any) => [`${metric} ${one.value} ${one.arm}`, one]),
      ),
    );
    expect(ours.size).toBe(TEN_METRICS.length * (EXPOSED_ARMS.length - 1) * CITIES);
    expect(theirs.found).toHaveLength(ours.size);
    for (const { metric, value, arm, control, tried, lower, upper, p, refused } of theirs.found) {
      // It tests no cell in which an arm does not vary, as one without any fallback.
      if (refused) {
        expect(Math.min(control, tried)).toBe(0);
        continue;
      }
      const own = ours.get(`${metric} ${value} ${arm}`);
      // Both add up many values, each in an order of its own.
      const digits = 1e-8 * Math.max(Math.abs(control), Math.abs(tried));
      expect(Math.abs(own.difference - (tried - control))).toBeLessThan(digits);
      expect(Math.abs(own.interval.lower - lower)).toBeLessThan(digits);
      expect(Math.abs(own.interval.upper - upper)).toBeLessThan(digits);
      expect(Math.abs(own.p - p)).toBeLessThan(1e-6);
    }
    expect(again.result).toEqual(cold.result);

    const total = Object.values<number>(theirs.seconds).reduce((sum, seconds) => sum + seconds, 0);
    const parts = Object.entries<number>(theirs.seconds).map(([part, s]) => `${part} ${s.toFixed(1)}`);
    console.log(
      `${EXPOSURES.toLocaleString('en')} exposures, laid in ${(laid / 1_000).toFixed(0)} s, their units added up in ${kept.toFixed(0)} s: ours ${cold.seconds.toFixed(1)} s and ` +
        `${(most - before).toFixed(0)} MB, again ${(again.seconds * 1_000).toFixed(0)} ms; pandas and gbstats ${total.toFixed(1)} s ` +
        `(${parts.join(', ')}) and ${theirs.peakMb.toFixed(0)} MB: ${(total / cold.seconds).toFixed(1)} and ` +
        `${(total / again.seconds).toFixed(0)} times as fast; computing ${cold.cpu.toFixed(1)} s, ${again.cpu.toFixed(2)} s and ${theirCpu.toFixed(1)} s`,
    );
  });
});
