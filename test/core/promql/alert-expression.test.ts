import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formatAlertExpression, parseAlertExpression } from '../../../core/promql/alert-expression.ts';
import { fingerprintOf } from '../../../core/promql/fingerprint.ts';
import { parsePromql } from '../../../core/promql/parse.ts';
import { PromqlError } from '../../../core/promql/promql-error.ts';
import { neededSeries } from '../../../core/promql/selectors.ts';

const thrownBy = (run: () => unknown): PromqlError => {
  try {
    run();
  } catch (error) {
    if (error instanceof PromqlError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('the condition of an alert', () => {
  it.each([
    ['avg(fraud_detection_latency_ms) > 75 for 5m', 'avg(fraud_detection_latency_ms) > 75', 300_000],
    ['up == 0   for 1h30m', 'up == 0', 5_400_000],
    ['up == 0', 'up == 0', null],
  ])('%s', (given, text, forMs) => {
    expect(parseAlertExpression(given)).toMatchObject({ text, forMs });
    expect(formatAlertExpression({ text, forMs })).toBe(given.replaceAll(/ +/g, ' '));
  });

  it.each([
    ['up >', 'syntax', 'unexpected end of input'],
    ['up == 0 for ever', 'syntax', '"ever" is not a duration; allowed: 5m, 1h30m'],
    ['up[5m]', 'type', 'an alert needs an instant vector or a number, not a matrix'],
    ['"text"', 'type', 'an alert needs an instant vector or a number, not a string'],
    ['rate(up)', 'type', 'expected type range vector in call to function "rate", got instant vector'],
    ['histogram_avg(up)', 'unsupported', 'the function histogram_avg is not of the subset'],
    ['{job=~".*"}', 'syntax', 'vector selector must contain at least one non-empty matcher'],
    ['up and 1', 'type', 'set operator "and" not allowed in binary scalar expression'],
  ])('%s is refused: %s', (given, fault, message) => {
    expect(thrownBy(() => parseAlertExpression(given))).toMatchObject({ fault, message });
  });

  it('says where in the text the fault is', () => {
    expect(thrownBy(() => parseAlertExpression('sum(up) > rate(down)')).position).toBe(15);
  });

  it('tells which series it reads, and how far back', () => {
    const query = { startMs: 1_000_000, endMs: 2_000_000 };
    const ranges = (text: string) => neededSeries(parsePromql(text), query).map(({ fromMs, toMs }) => [fromMs, toMs]);
    expect(ranges('a')).toEqual([[700_000, 2_000_000]]);
    expect(ranges('rate(a[10m] offset 1m) + b @ 3000')).toEqual([
      [340_000, 1_940_000],
      [2_700_000, 3_000_000],
    ]);
    expect(ranges('max_over_time(sum(rate(a[1m]))[10m:1m])')).toEqual([[340_000, 2_000_000]]);
  });
});

describe('a fingerprint', () => {
  /** FNV-1a in whole numbers of any length. */
  function reference(labels: Record<string, string>): string {
    let hash = 0xcbf29ce484222325n;
    for (const name of Object.keys(labels).sort()) {
      for (const text of [name, labels[name]!])
        for (const byte of [...new TextEncoder().encode(text), 255])
          hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
    }
    return hash.toString(16).padStart(16, '0');
  }

  it('is the one of Prometheus, whatever the order of the labels', () => {
    expect(fingerprintOf({})).toBe('cbf29ce484222325');
    for (let i = 0; i < 200; i++) {
      const text = createHash('sha256').update(String(i)).digest('hex');
      const labels = { [`b${text.slice(0, 9)}`]: text, a: text.slice(5), é: 'ü' };
      expect(fingerprintOf(labels)).toBe(reference(labels));
      expect(fingerprintOf(Object.fromEntries(Object.entries(labels).toReversed()))).toBe(reference(labels));
    }
  });
});
