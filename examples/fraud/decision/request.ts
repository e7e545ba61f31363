import { indianTime } from '../generator/calendar.ts';
import type { Transaction } from '../generator/transaction.ts';

/** What the edge is asked about a payment. */
export interface PaymentInputs extends Readonly<Record<string, string | number | boolean>> {
  readonly txn_id: string;
}

export function requestOf(payment: Transaction): PaymentInputs {
  const { hour, weekday, festival } = indianTime(payment.ms);
  return {
    txn_id: payment.id,
    user_id: payment.user,
    card_id: payment.card,
    device_id: payment.device,
    merchant_id: payment.merchant,
    category: payment.category,
    amount: payment.amount,
    state: payment.state,
    language: payment.language,
    hour,
    weekday,
    festival: festival !== null,
  };
}
