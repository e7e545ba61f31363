import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../core/expression/compile.ts';
import { evaluateExpression } from '../../../core/expression/evaluate.ts';
import type { InputValues } from '../../../core/expression/expression.ts';
import { COLUMNS, DERIVED, INPUTS } from '../../../examples/fraud/decision/fields.ts';
import { deriver } from '../../../examples/fraud/decision/derive.ts';
import { SEGMENTS } from '../../../examples/fraud/decision/segments.ts';
import { indianTime } from '../../../examples/fraud/generator/calendar.ts';
import { requestOf } from '../../../examples/fraud/decision/request.ts';
import { transactions } from '../../../examples/fraud/generator/stream.ts';
import { recipeOf } from '../../../examples/fraud/setup/recipe.ts';
import { VIEWS } from '../../../examples/fraud/setup/views.ts';
import { WrittenRecipe } from '../../../schema/recipe.ts';

type Dtype = 'INT64' | 'FLOAT64' | 'STRING' | 'BOOL';
const DTYPES: Readonly<Record<string, Dtype>> = { SUM: 'FLOAT64', CUT: 'BOOL' };

const FEATURES: Readonly<Record<string, Dtype>> = Object.fromEntries(
  VIEWS.flatMap(({ name, features }) =>
    features.map((feature) => {
      const kind = feature.window?.function ?? feature.network?.function;
      return [`${name}__${feature.name}`, kind === undefined ? 'STRING' : (DTYPES[kind] ?? 'INT64')] as const;
    }),
  ),
);
const NOTHING = Object.fromEntries(
  Object.entries(FEATURES).map(([name, dtype]) => [name, { STRING: '', INT64: 0n, FLOAT64: 0, BOOL: false }[dtype]]),
);
const payment = requestOf(
  transactions({ seed: 1, fromMs: 0, users: 10, merchants: 10, newcomers: 0, prefix: 't' }).next().value,
);

describe('the recipe', () => {
  it('is of the form of recipes, with the weights of four models', () => {
    const versions = { trees: 'a@1', network: 'b@1', rules: 'c@1', forest: 'd@1' };
    const recipe = WrittenRecipe.parse(recipeOf(versions, 'fraud_decision@1'));
    expect(recipe.models.map(({ name, version }) => [name, version])).toEqual(Object.entries(versions));
  });

  it('feeds models with inputs, features and derived fields that there are', () => {
    const known = new Set([
      ...INPUTS.map(({ name }) => name),
      ...Object.keys(FEATURES),
      ...DERIVED.map(({ name }) => name),
    ]);
    for (const columns of Object.values(COLUMNS)) {
      expect(columns.filter((name) => !known.has(name))).toEqual([]);
      expect(new Set(columns).size).toBe(columns.length);
    }
  });

  it('asks for exactly the inputs of the recipe', () => {
    expect(Object.keys(payment).toSorted()).toEqual(INPUTS.map(({ name }) => name).toSorted());
  });
});

describe('segments', () => {
  const declared = { state: 'string', language: 'string', at: 'timestamp' } as const;
  const segmentOf = (name: string, values: InputValues): unknown => {
    const segment = SEGMENTS.find((one) => one.name === name);
    return evaluateExpression(compileExpression(segment?.expression ?? '', declared, 'string'), values);
  };

  it.each([
    '2026-01-31T18:29:00Z',
    '2026-02-28T18:29:59Z',
    '2026-02-28T18:30:00Z',
    '2026-07-01T00:00:00Z',
    '2026-11-08T00:00:00Z',
  ])('have the season of India at %s', (at) => {
    const given = { state: 'Goa', language: 'Marathi', at: Date.parse(at) };
    expect(segmentOf('season', given)).toBe(indianTime(Date.parse(at)).season);
    expect([segmentOf('state_of_india', given), segmentOf('language_of_app', given)]).toEqual(['Goa', 'Marathi']);
  });

  it('name 28 states and 11 languages', () => {
    expect(SEGMENTS.map(({ values }) => values.length)).toEqual([28, 11, 4]);
  });
});

describe('derived fields', () => {
  const derive = deriver(FEATURES);

  it('have a value for somebody of whom nothing is known', () => {
    const fields = derive({ ...payment, amount: 500, hour: 3, category: 'jewellery', ...NOTHING });
    expect(fields).toMatchObject({
      usual: 500,
      amount_to_usual: 0.5,
      merchant_risk: 0,
      known: false,
      away: false,
      resold: true,
      night: true,
      bent_card_payments__n_1h: 0,
    });
  });

  it('compare with what is usual', () => {
    const known = {
      ...NOTHING,
      payer_payments__n_7d: 4n,
      payer_payments__sum_7d: 400,
      payer_profile__home_state: 'Kerala',
      merchant_reports__n_7d: 2n,
      merchant_payments__n_7d: 20n,
      card_payments__n_1h: 6n,
    };
    const fields = derive({ ...payment, amount: 300, state: 'Goa', category: 'food', hour: 12, ...known });
    expect(fields).toMatchObject({
      usual: 100,
      amount_to_usual: 0.75,
      merchant_risk: 0.05,
      away: true,
      resold: false,
      bent_card_payments__n_1h: 6 / 9,
    });
  });
});
