import { DomainError } from '../../../core/errors.ts';
import type { SubgraphName } from '../../../schema/nouns.ts';
import { feedOf, parseCursor } from './cursor.ts';

/** How far each of several feeds has been read: `feature:879-9,registry:880-2` as text. */
export class Places {
  readonly #cursors: Map<SubgraphName, string>;

  constructor(cursors: Iterable<readonly [SubgraphName, string]> = []) {
    this.#cursors = new Map(cursors);
  }

  /** Throws INVALID_INPUT, naming `field`, for what is no cursor of these feeds. */
  static read(text: string, names: readonly SubgraphName[], field: string): Places {
    const parts = text === '' ? [] : text.split(',');
    return new Places(
      parts.map((part) => {
        const name = names.find((known) => known === feedOf(part));
        if (!name) {
          throw new DomainError(
            'INVALID_INPUT',
            `${field}: "${part}" is no place in the feed of ${names.join(', ')}; pass on a cursor of this subscription, or the eventCursor of a mutation`,
            { field, allowed: names },
          );
        }
        parseCursor(part);
        return [name, part.slice(name.length + 1)];
      }),
    );
  }

  get(name: SubgraphName): string | undefined {
    return this.#cursors.get(name);
  }

  set(name: SubgraphName, cursor: string): void {
    this.#cursors.set(name, cursor);
  }

  toString(): string {
    return [...this.#cursors].map(([name, cursor]) => `${name}:${cursor}`).join(',');
  }
}
