import { DomainError } from '../errors.ts';

/** One thing that is wrong with a recipe: where, what, and what is allowed there. */
export interface RecipeProblem {
  readonly field: string;
  readonly message: string;
  readonly allowed?: readonly string[];
}

/** Takes the problems of one recipe as they are found. */
export type Report = (field: string, message: string, allowed?: readonly string[]) => void;

const MOST_SHOWN = 10;

/** INVALID_INPUT that says the first problem and carries all of them; `root` stands in front of each field. */
export function refusedRecipe([first, ...rest]: readonly [RecipeProblem, ...RecipeProblem[]], root = ''): DomainError {
  const placed = [first, ...rest].map((problem) => ({ ...problem, field: root + problem.field }));
  return new DomainError('INVALID_INPUT', `${root}${first.field}: ${sentenceOf(first)}`, {
    field: root + first.field,
    ...(first.allowed && { allowed: first.allowed }),
    problems: placed,
  });
}

const sentenceOf = ({ message, allowed = [] }: RecipeProblem): string =>
  allowed.length > 0 && allowed.length <= MOST_SHOWN ? `${message}; allowed: ${allowed.join(', ')}` : message;
