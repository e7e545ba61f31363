import type { Client } from '../../../client/client.ts';
import type { Prediction } from '../../../client/edge.ts';
import { table } from '../../shared/report/markdown-table.ts';
import { decide, send } from '../ask.ts';
import { RING } from '../decision/rules.ts';
import type { Transaction } from '../generator/transaction.ts';
import { DAY_MS } from '../population.ts';

const MINUTE_MS = 60_000;
const CARDS = RING.otherCards + 1;
/** A window of a week is up to one hop longer. */
const WEEK_MS = 7 * DAY_MS + 2 * 60 * MINUTE_MS;

/** One answer about a card of a ring. */
export interface RingAnswer {
  readonly what: string;
  readonly otherCards: number;
  readonly answer: Prediction;
}

/** The store knows of a week, and the edge takes times up to a day ahead: the ring lies between, and "a week later" is tomorrow. */
const BEGAN_BEFORE_MS = 6.5 * DAY_MS;

/**
 * Ten cards pay on one device, one every ten minutes, each asked about before its payment is sent; a week later the tenth pays
 * there again. All that belongs to it is new.
 */
export async function playRing(client: Client, run: string, nowMs: number): Promise<readonly RingAnswer[]> {
  const beginMs = nowMs - BEGAN_BEFORE_MS;
  const answers: RingAnswer[] = [];
  const ask = async (what: string, payment: Transaction): Promise<void> => {
    const answer = await decide(client, payment);
    answers.push({ what, otherCards: Number(answer.features['device_payments__cards_24h']?.value), answer });
  };
  for (let card = 1; card <= CARDS; card++) {
    const payment = paymentOf(run, card, beginMs + card * 10 * MINUTE_MS);
    await ask(`card ${card}`, payment);
    await send(client, [payment]);
  }
  await ask(`card ${CARDS}, a week later`, paymentOf(run, CARDS, beginMs + CARDS * 10 * MINUTE_MS + WEEK_MS));
  return answers;
}

const paymentOf = (run: string, card: number, ms: number): Transaction => ({
  id: `${run}-${card}-${ms}`,
  ms,
  user: `${run}-u${card}`,
  card: `${run}-c${card}`,
  device: `${run}-device`,
  merchant: `${run}-m`,
  category: 'food',
  amount: 240 + card,
  state: 'Maharashtra',
  city: 'Pune',
  language: 'Marathi',
  address: `${run}-a`,
  pattern: 'RING',
  fraud: true,
  reported: true,
  labelMs: ms + DAY_MS,
});

/** The answers as a table. */
export const ringTable = (answers: readonly RingAnswer[]): string =>
  table(
    ['who pays', 'cards on the device in 24 h', 'score', 'decision', 'confidence', 'reason'],
    answers.map(({ what, otherCards, answer: { score, decision, confidence, reason, fallback } }) => [
      what,
      String(otherCards),
      score.toFixed(3),
      decision ?? '',
      String(confidence ?? ''),
      reason ?? fallback?.detail ?? '',
    ]),
  );
