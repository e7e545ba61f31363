import type { Client } from '../../client/client.ts';
import type { Prediction } from '../../client/edge.ts';
import type { StreamEvent } from '../../client/features.ts';
import type { Transaction } from './generator/transaction.ts';
import { requestOf } from './decision/request.ts';
import { ENDPOINT, SOURCES } from './names.ts';

const TIMES = 20;

/** Whether a fallback answered because something took too long: a machine that is busy, not a fact about the payment. */
const wasTooSlow = ({ fallback }: Prediction): boolean =>
  fallback?.cause === 'FEATURES_UNAVAILABLE' || fallback?.cause === 'ADMISSION_REFUSED';

/** Asks about a payment at its time; again where the budget did not suffice. Every answer is a prediction of its own. */
export async function decide({ edge }: Client, payment: Transaction): Promise<Prediction> {
  const ask = (): Promise<Prediction> =>
    edge.predict(ENDPOINT, { inputs: requestOf(payment), at: new Date(payment.ms).toISOString(), id: payment.id });
  let answer = await ask();
  for (let time = 1; time < TIMES && wasTooSlow(answer); time++) answer = await ask();
  return answer;
}

/** A payment as its source has it. */
export const eventOf = (payment: Transaction): StreamEvent => ({
  txn_id: payment.id,
  event_time: payment.ms,
  user_id: payment.user,
  card_id: payment.card,
  device_id: payment.device,
  merchant_id: payment.merchant,
  address_id: payment.address,
  amount: payment.amount,
  label: null,
});

/** What a report says of the card, as the source of payments has it: whoever shared a device with it is in bad company. */
export const reportOf = (payment: Transaction, ms: number): StreamEvent => ({
  txn_id: `report-${payment.id}`,
  event_time: ms,
  card_id: payment.card,
  user_id: null,
  device_id: null,
  merchant_id: null,
  address_id: null,
  amount: null,
  label: 'fraud',
});

/** Sends payments that were made. Throws where one is refused. */
export async function send({ features }: Client, payments: readonly Transaction[]): Promise<void> {
  const { rejected } = await features.sendEvents({ source: SOURCES.payments, events: payments.map(eventOf) });
  const [first] = rejected;
  if (first) throw new Error(`event ${first.line} was refused: ${first.message}`);
}
