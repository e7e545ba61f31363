import type { RecipeInput } from '../../../schema/recipe.ts';
import { IST_OFFSET_MINUTES } from '../generator/calendar.ts';
import { STATES } from '../generator/places.ts';

type Segment = NonNullable<RecipeInput['segments']>[number];

const MONTH = `(at + duration("${IST_OFFSET_MINUTES}m")).getMonth()`;

/** What traffic and records tell payments apart by: a variant may answer one state, one language or one season. */
export const SEGMENTS: readonly Segment[] = [
  { name: 'state_of_india', expression: 'state', values: STATES.map(({ name }) => name) },
  {
    name: 'language_of_app',
    expression: 'language',
    values: [...new Set(STATES.map(({ language }) => language))],
  },
  {
    name: 'season',
    expression:
      `${MONTH} in [0, 1] ? "winter" : ${MONTH} in [2, 3, 4] ? "summer" : ` +
      `${MONTH} in [5, 6, 7, 8] ? "monsoon" : "after monsoon"`,
    values: ['winter', 'summer', 'monsoon', 'after monsoon'],
  },
];
