import { DomainError } from './errors.ts';

/** Reads settings from variables and keeps a list of what is wrong, so that all of it is said at once. */
export class Environment {
  readonly #variables: Readonly<Record<string, string | undefined>>;
  readonly #problems: { readonly field: string; readonly message: string }[] = [];

  constructor(variables: Readonly<Record<string, string | undefined>>) {
    this.#variables = variables;
  }

  wrong(field: string, message: string): void {
    this.#problems.push({ field, message });
  }

  /** An empty variable counts as one that is not there. */
  text(name: string): string | undefined {
    return this.#variables[name]?.trim() || undefined;
  }

  choice<const T extends string>(name: string, allowed: readonly T[], otherwise: T): T {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const chosen = allowed.find((value) => value === text);
    if (chosen === undefined) this.wrong(name, `must be one of ${allowed.join(', ')}, not "${text}"`);
    return chosen ?? otherwise;
  }

  integer(name: string, otherwise: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    this.wrong(name, `must be a whole number from ${min} to ${max}, not "${text}"`);
    return otherwise;
  }

  flag(name: string, otherwise: boolean): boolean {
    return this.choice(name, ['true', 'false'], otherwise ? 'true' : 'false') === 'true';
  }

  url(name: string): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
    this.wrong(name, `must be an http or https URL, not "${text}"`);
    return undefined;
  }

  /** Throws INVALID_INPUT with one line per problem, if there is any. */
  throwProblems(): void {
    if (this.#problems.length === 0) return;
    const lines = this.#problems.map(({ field, message }) => `  ${field}: ${message}`);
    throw new DomainError('INVALID_INPUT', `the settings are not right:\n${lines.join('\n')}`, {
      problems: this.#problems,
    });
  }
}
