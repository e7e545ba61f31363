import { share, single, type SignalEntry } from './signal.ts';

export const ANSWER_RATE: SignalEntry = {
  description: 'Stored answers per minute.',
  needs: { feature: false, baseline: false, rows: false },
  /** None at all is a rate of 0, unless the deployment has never answered: then there is nothing to say. */
  measure: async (source, window) => {
    const { rows } = await source.count(window);
    if (rows === 0 && !(await source.everAnswered(window))) return single(null, 0);
    return single(rows / ((window.to.getTime() - window.from.getTime()) / 60_000), rows);
  },
};

export const FALLBACK_RATE: SignalEntry = {
  description: 'Share of the answers that a fallback gave.',
  needs: { feature: false, baseline: false, rows: true },
  measure: async (source, window) => {
    const { rows, fallbacks } = await source.count(window);
    return share(fallbacks, rows);
  },
};
