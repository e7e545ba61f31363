/** Rows of an evaluation file; `answer` is what a model says of the inputs. */
export interface EvaluatedRow {
  readonly id?: string;
  readonly features: readonly number[];
  readonly label: number;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly score?: number;
}

/** An evaluation file of a test model: its input is `features`, its output `score`. */
export function evaluationFile(rows: readonly EvaluatedRow[], head: object = {}): Uint8Array {
  const lines = [
    { format: 'tiffin.evaluation/1', task: 'BINARY', output: 'score', ...head },
    ...rows.map(({ features, ...row }) => ({ ...row, inputs: { features } })),
  ];
  return new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join('\n'));
}

/**
 * 400 rows that a model of weight 1 on the first feature and bias 0 tells apart, 200 of each group: group `a` is selected
 * in `shareA` of its rows, `b` in `shareB`. The label is the sign of the first feature, so no model is better.
 */
export const groupRows = (shareA: number, shareB: number): readonly EvaluatedRow[] =>
  (['a', 'b'] as const).flatMap((group) =>
    Array.from({ length: 200 }, (_, i): EvaluatedRow => {
      const isSelected = i < 200 * (group === 'a' ? shareA : shareB);
      return {
        id: `${group}${i}`,
        features: [isSelected ? 1 + (i % 4) / 4 : -1 - (i % 4) / 4, (i % 8) / 8],
        label: isSelected ? 1 : 0,
        attributes: { gender: group },
      };
    }),
  );
