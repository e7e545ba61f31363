export const EXPOSED_ARMS = ['control', 'a', 'b', 'c'];

const metric = (name: string, definition: object) => ({ name, definition: { higherIsBetter: true, ...definition } });

/** Ten metrics of answers and their outcomes. */
export const TEN_METRICS = [
  metric('ordered', { kind: 'PROPORTION', measure: 'OUTCOME', positiveFrom: 1 }),
  metric('spend', { kind: 'MEAN', measure: 'OUTCOME' }),
  metric('orders', { kind: 'COUNT', measure: 'OUTCOME', positiveFrom: 1 }),
  metric('relevance', { kind: 'MEAN', measure: 'SCORE' }),
  metric('error', { kind: 'MEAN', measure: 'SQUARED_ERROR', higherIsBetter: false }),
  metric('latency', { kind: 'MEAN', measure: 'LATENCY_MS', higherIsBetter: false }),
  metric('fallbacks', { kind: 'PROPORTION', measure: 'FALLBACK', positiveFrom: 1, higherIsBetter: false }),
  metric('sure', { kind: 'PROPORTION', measure: 'SCORE', positiveFrom: 0.5 }),
  metric('slow', { kind: 'COUNT', measure: 'LATENCY_MS', positiveFrom: 100, higherIsBetter: false }),
  metric('yield', { kind: 'RATIO', measure: 'OUTCOME', per: 'SCORE' }),
];
