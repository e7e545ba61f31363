import * as z from 'zod';

/** What the answers of a model are: the probability or score of yes, a number, or a score per class. */
export const EVALUATION_TASKS = ['BINARY', 'REGRESSION', 'MULTICLASS'] as const;

/** The first line of an evaluation file: how the rows after it are to be read. */
export const EvaluationHead = z.strictObject({
  format: z.literal('tiffin.evaluation/1'),
  task: z.enum(EVALUATION_TASKS),
  /** The output of the model that is judged. */
  output: z.string().min(1),
  /** Which number of that output; of MULTICLASS all are looked at. */
  column: z.int().nonnegative().default(0),
  /** BINARY: a score from here on means yes. */
  threshold: z.number().default(0.5),
  /** Attributes of rows by which groups are told apart, such as gender. */
  protected: z.array(z.string().min(1).max(100)).max(20).default([]),
});
export type EvaluationHead = z.infer<typeof EvaluationHead>;

const InputValue = z.union([z.number(), z.string(), z.boolean()]);

/** One row: what goes into the model and what came true. */
export const EvaluationRow = z.strictObject({
  /** Names the row, so that the file of another version can hold the same one. */
  id: z.union([z.string(), z.number()]).nullish(),
  /** By input of the model: its values as one flat list, or one value. */
  inputs: z.record(z.string(), z.union([InputValue, z.array(InputValue)])),
  /** BINARY: 0 or 1. REGRESSION: the number. MULTICLASS: the position of the class, from 0. */
  label: z.number(),
  /** The score as the submitter had it: compared with the model's, never taken for it. */
  score: z.number().nullish(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
});
export type EvaluationRow = z.infer<typeof EvaluationRow>;
