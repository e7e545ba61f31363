import type { GraphQLFormattedError } from 'graphql';

export type Path = readonly (string | number)[];

/** One error at its place in an answer. */
interface PlacedError {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
  /** From the place on: where null rose to the place from further below. */
  readonly tail: Path;
  /** Whether `tail` begins at the object around the place: a neighbour's error took this value along. */
  readonly isNeighbours: boolean;
}

/**
 * Stands in an answer for a value that could not be had, until the answer is completed. So each error has the path of
 * the field that misses the value, wherever and in however many places that turns out to be.
 */
export class Failure {
  constructor(readonly errors: readonly PlacedError[]) {}

  /** Of a value that is missing for these reasons. */
  static because(errors: readonly GraphQLFormattedError[]): Failure {
    return new Failure(errors.map((error) => placed(error, [])));
  }

  and({ errors }: Failure): Failure {
    return new Failure([...this.errors, ...errors]);
  }

  /** The same reasons, at another place. */
  here(): Failure {
    return new Failure(this.errors.map((error) => ({ ...error, tail: [], isNeighbours: false })));
  }

  /** What this object's failure means for one of its fields. */
  below(key: string): Failure {
    const own = this.errors.filter(({ tail }) => tail.length === 0 || tail[0] === key);
    if (own.length > 0) return new Failure(own.map((error) => ({ ...error, tail: error.tail.slice(1) })));
    return new Failure(this.errors.map((error) => ({ ...error, isNeighbours: true })));
  }
}

const placed = ({ message, extensions = {} }: GraphQLFormattedError, tail: Path): PlacedError => ({
  message,
  extensions,
  tail,
  isNeighbours: false,
});

/** Puts errors where their paths lead in an answer. Returns those that have no path, or one that ends at a value. */
export function placeErrors(
  answer: Record<string, unknown>,
  errors: readonly GraphQLFormattedError[],
): readonly GraphQLFormattedError[] {
  return errors.filter((error) => !placeError(answer, error));
}

function placeError(answer: Record<string, unknown>, error: GraphQLFormattedError): boolean {
  const { path = [] } = error;
  let holder: object = answer;
  for (const [index, step] of path.entries()) {
    if (Array.isArray(holder) !== (typeof step === 'number')) return false;
    const fields = holder as Record<string | number, unknown>;
    const here = fields[step];
    if (here === null || here === undefined || here instanceof Failure) {
      const failure = new Failure([placed(error, path.slice(index + 1))]);
      fields[step] = here instanceof Failure ? here.and(failure) : failure;
      return true;
    }
    if (typeof here !== 'object') return false;
    holder = here;
  }
  return false;
}
