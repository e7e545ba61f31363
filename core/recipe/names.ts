import type { Dtype } from '../../schema/common.ts';
import type { FeatureLayout } from '../../schema/release.ts';
import type { Report } from './problem.ts';

/** Every value that a recipe can name, with its type; names are one space. */
export type NameTypes = ReadonlyMap<string, Dtype>;

/** Collects the names of a recipe in the order in which they come to be. */
export class Names {
  readonly #types = new Map<string, Dtype>();
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  declare(name: string, dtype: Dtype, field: string): void {
    if (this.#types.has(name)) this.#report(field, `"${name}" already stands for something`);
    this.#types.set(name, dtype);
  }

  get types(): NameTypes {
    return this.#types;
  }
}

/** A feature as recipes name it: its view and its own name. */
export const featureName = (view: Pick<FeatureLayout['views'][number], 'name'>, feature: string): string =>
  `${view.name}__${feature}`;
