import type { FeatureDtype } from '../codec/layout.ts';
import { first, greatest, last, least } from './folds/chosen.ts';
import { count } from './folds/count.ts';
import { distinct } from './folds/distinct.ts';
import type { Fold } from './folds/fold.ts';
import { stddev } from './folds/stddev.ts';
import { floatMean, floatSum, wholeMean, wholeSum } from './folds/sum.ts';
import type { WindowColumn, WindowFunction } from './window.ts';

interface FunctionRule {
  /** The types that its column can have. */
  readonly columns: readonly FeatureDtype[];
  /** Whether it does without a column. */
  readonly ofEvents?: true;
  /** The type of its result. */
  result(column: FeatureDtype): FeatureDtype;
  fold(column: FeatureDtype): Fold<unknown>;
}

const NUMBERS = ['FLOAT64', 'INT64'] as const;
const COMPARABLE = ['FLOAT64', 'INT64', 'TIMESTAMP'] as const;
/** Doubles are written differently by every engine, and a hash is of what is written. */
const HASHABLE = ['INT64', 'STRING', 'BOOL', 'TIMESTAMP'] as const;
const ANY = ['FLOAT64', 'INT64', 'BOOL', 'STRING', 'TIMESTAMP'] as const;
const itself = (dtype: FeatureDtype): FeatureDtype => dtype;

/** What each function takes and gives. */
export const FUNCTION_RULES: Readonly<Record<WindowFunction, FunctionRule>> = {
  COUNT: { columns: ANY, ofEvents: true, result: () => 'INT64', fold: () => count },
  SUM: { columns: NUMBERS, result: itself, fold: (dtype) => (dtype === 'INT64' ? wholeSum : floatSum) },
  MEAN: { columns: NUMBERS, result: () => 'FLOAT64', fold: (dtype) => (dtype === 'INT64' ? wholeMean : floatMean) },
  STDDEV: { columns: NUMBERS, result: () => 'FLOAT64', fold: () => stddev },
  MIN: { columns: COMPARABLE, result: itself, fold: () => least },
  MAX: { columns: COMPARABLE, result: itself, fold: () => greatest },
  FIRST: { columns: ANY, result: itself, fold: () => first },
  LAST: { columns: ANY, result: itself, fold: () => last },
  DISTINCT: { columns: HASHABLE, result: () => 'INT64', fold: () => distinct },
};

export const foldOf = (name: WindowFunction, column: WindowColumn | null): Fold<unknown> =>
  FUNCTION_RULES[name].fold(column?.dtype ?? 'INT64');
