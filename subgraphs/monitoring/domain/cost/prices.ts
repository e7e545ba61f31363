import { checkCosts, type DecisionCost } from '../../../../core/decision-cost.ts';
import { DomainError } from '../../../../core/errors.ts';
import type { TimeWindow } from '../time-window.ts';

/** Machines of one kind that a deployment is given. */
export interface NodePrice {
  readonly name: string;
  readonly count: number;
  readonly perHour: number;
}

/** What a deployment costs from an instant on, until its next prices. */
export interface Prices {
  readonly project: string;
  readonly deployment: string;
  readonly validFrom: Date;
  /** Of ISO 4217, as INR. */
  readonly currency: string;
  readonly nodes: readonly NodePrice[];
  /** What a thousand answers cost besides the machines. */
  readonly perThousandAnswers: number;
  /** What decisions cost, by what they come to. */
  readonly decisions: readonly DecisionCost[];
  readonly setAt: Date;
  readonly setBy: string;
}

export interface SetPricesInput {
  readonly deployment: string;
  /** Left out: now. */
  readonly validFrom?: Date | null;
  readonly currency: string;
  readonly nodes: readonly NodePrice[];
  readonly perThousandAnswers: number;
  readonly decisions: readonly DecisionCost[];
}

const MOST_CLASSES = 50;
const MOST_NODES = 100_000;
const MOST_NAME = 200;
const refuse = (field: string, message: string): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field });
const checkPrice = (field: string, price: number): void => {
  if (!Number.isFinite(price) || price < 0) throw refuse(field, `${price} is no price; allowed: 0 or more`);
};

/**
 * Prices that may follow those before them. Throws INVALID_INPUT that names the field: prices that were in force never change, so
 * that what was reported stays as it was. Only the first of a deployment may reach back.
 */
export function checkedPrices(
  input: SetPricesInput,
  before: Prices | null,
  now: Date,
): Omit<SetPricesInput, 'validFrom'> & { readonly validFrom: Date } {
  const { currency, nodes, perThousandAnswers, decisions } = input;
  const validFrom = input.validFrom ?? now;
  if (!/^[A-Z]{3}$/.test(currency)) throw refuse('currency', `"${currency}" is none; allowed: three letters, as INR`);
  if (before && before.currency !== currency) {
    throw refuse('currency', `is ${currency}; allowed: ${before.currency}, as in the prices before`);
  }
  if (before && (validFrom < now || validFrom <= before.validFrom)) {
    const least = new Date(Math.max(now.getTime(), before.validFrom.getTime() + 1));
    throw refuse('validFrom', `${validFrom.toISOString()} is too early; allowed: from ${least.toISOString()} on`);
  }
  if (nodes.length > MOST_CLASSES) throw refuse('nodes', `there are ${nodes.length}; allowed: up to ${MOST_CLASSES}`);
  for (const [i, { name, count, perHour }] of nodes.entries()) {
    if (name === '' || name.length > MOST_NAME)
      throw refuse(`nodes.${i}.name`, `must have 1 to ${MOST_NAME} characters`);
    if (nodes.slice(0, i).some((other) => other.name === name))
      throw refuse(`nodes.${i}.name`, `"${name}" is given twice`);
    if (count < 0 || count > MOST_NODES) throw refuse(`nodes.${i}.count`, `is ${count}; allowed: 0 to ${MOST_NODES}`);
    checkPrice(`nodes.${i}.perHour`, perHour);
  }
  checkPrice('perThousandAnswers', perThousandAnswers);
  checkCosts(decisions, 'decisions');
  return { deployment: input.deployment, validFrom, currency, nodes, perThousandAnswers, decisions };
}

/** A time in which the same prices are in force. */
export interface PricedTime extends TimeWindow {
  readonly prices: Prices;
}

/** The parts of a window that have prices, by the prices in force, in order. */
export function pricedTimes(list: readonly Prices[], { from, to }: TimeWindow): readonly PricedTime[] {
  const sorted = list.toSorted((a, b) => a.validFrom.getTime() - b.validFrom.getTime());
  return sorted.flatMap((prices, i) => {
    const start = new Date(Math.max(from.getTime(), prices.validFrom.getTime()));
    const end = new Date(Math.min(to.getTime(), sorted[i + 1]?.validFrom.getTime() ?? Infinity));
    return start < end ? [{ from: start, to: end, prices }] : [];
  });
}
