import type { RecipeInput } from '../../../schema/recipe.ts';
import { VIEWS } from '../names.ts';
import { DECISION_THRESHOLD } from '../report/challengers.ts';

const SHARES = [`${VIEWS.origin.name}__late_share_3h`, `${VIEWS.destination.name}__late_share_3h`] as const;

/** What the endpoint does with a request, whichever model it runs: the models differ in their files alone. */
export const recipeOf = (version: string, service: string): RecipeInput => ({
  inputs: [
    { name: 'flight', dtype: 'STRING' },
    { name: 'origin', dtype: 'STRING' },
    { name: 'destination', dtype: 'STRING' },
    { name: 'distance', dtype: 'FLOAT64' },
    { name: 'hour', dtype: 'INT64' },
    { name: 'dow', dtype: 'INT64' },
  ],
  entities: [
    { joinKey: VIEWS.origin.joinKey, input: 'origin' },
    { joinKey: VIEWS.destination.joinKey, input: 'destination' },
  ],
  // Where nothing is known of an airport, models have learned to see 0.
  features: { service, defaults: Object.fromEntries(SHARES.map((name) => [name, 0])) },
  models: [
    {
      version,
      inputs: [{ tensor: 'features', columns: ['hour', 'dow', 'distance', ...SHARES] }],
      score: { tensor: 'score' },
    },
  ],
  output: { decision: { threshold: DECISION_THRESHOLD, above: 'LATE', below: 'ON_TIME' } },
  // Rather late than on defaults: this is about what is known, on machines of any speed.
  budgets: { featuresMs: 2_000, totalMs: 5_000 },
});
