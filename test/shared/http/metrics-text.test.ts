import { Counter, type Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { makeMetrics } from '../../../subgraphs/shared/http/health.ts';
import { metricsText } from '../../../subgraphs/shared/http/metrics-text.ts';

const asked = (service: string, name: string, by: string): Registry => {
  const registry = makeMetrics(service);
  new Counter({ name, help: 'What was asked.', labelNames: ['by'], registers: [registry] }).inc({ by });
  return registry;
};

it('has each family once, with the samples of all services, and those of the process once', async () => {
  const text = await metricsText(asked('gateway', 'asked_total', 'a'), [
    asked('feature', 'asked_total', 'b'),
    asked('registry', 'other_total', 'c'),
  ]);
  const lines = text.split('\n');
  expect(lines.filter((line) => line.startsWith('# TYPE asked_total'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('_total{by='))).toEqual([
    'asked_total{by="a",service="gateway"} 1',
    'asked_total{by="b",service="feature"} 1',
    'other_total{by="c",service="registry"} 1',
  ]);
  const families = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2]);
  expect(new Set(families).size).toBe(families.length);
  const ofProcess = lines.filter((line) => line.startsWith('process_resident_memory_bytes{'));
  expect(ofProcess).toEqual([expect.stringContaining('service="gateway"')]);
});
