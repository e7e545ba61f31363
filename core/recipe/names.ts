import type { Dtype } from '../../schema/common.ts';
import type { FeatureLayout } from '../../schema/release.ts';
import type { Report } from './problem.ts';

/** Every value that a recipe can name, with its type; names are one space. */
export type NameTypes = ReadonlyMap<string, Dtype>;

/** Collects the names of a recipe in the order in which they come to be. */
export class Names {
  readonly #types = new Map<string, Dtype>();
  readonly #reserved = new Set<string>();
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  declare(name: string, dtype: Dtype, field: string): void {
    this.#refuseTwice(name, field);
    this.#types.set(name, dtype);
  }

  /** A name that stands for something without being a value of its own. */
  reserve(name: string, field: string): void {
    this.#refuseTwice(name, field);
    this.#reserved.add(name);
  }

  get types(): NameTypes {
    return this.#types;
  }

  #refuseTwice(name: string, field: string): void {
    if (!this.#types.has(name) && !this.#reserved.has(name)) return;
    this.#report(field, `"${name}" already stands for something`);
  }
}

/** A feature as recipes name it: its view and its own name. */
export const featureName = (view: Pick<FeatureLayout['views'][number], 'name'>, feature: string): string =>
  `${view.name}__${feature}`;
