import type { OnlineAddress } from './address.ts';
import { slotOf, SLOTS } from './redis-slot.ts';

/** Another form of what lies under the keys has another prefix, so that nothing is ever read by the wrong code. */
const PREFIX = 'tiffin:2';

/**
 * One server keeps all in one part. A cluster keeps as many as this, spread evenly over its slots: what one entity has in
 * all views lies in one part, and each part knows by itself what of the log it holds.
 */
export const CLUSTER_PARTS = 16;
export type PartCount = 1 | typeof CLUSTER_PARTS;

/** The keys of one part of the store. Their hash tag is its name, so that they lie in one slot. */
export class RedisPart {
  readonly #prefix: string;

  constructor(tag: string) {
    this.#prefix = `${PREFIX}:{${tag}}:`;
  }

  /** An entity’s newest block, and its windows. A key tuple begins with `[`, which no view’s name has behind a colon. */
  block = ({ view, key }: OnlineAddress): string => `${this.#prefix}block:${view}:${key}`;
  windows = ({ view, key }: OnlineAddress): string => `${this.#prefix}windows:${view}:${key}`;

  /**
   * Who of this part used a value of a column, by their last use: a sorted set of keys. The column is a place among those of
   * the view’s log.
   */
  uses = (view: string, { column, value }: { readonly column: number; readonly value: string }): string =>
    `${this.#prefix}uses:${view}:[${column}]${value}`;

  /** The newest event of a view version: of its blocks, and of its windows. */
  blockTime = (view: string): string => `${this.#prefix}block-time:${view}`;
  windowsTime = (view: string): string => `${this.#prefix}windows-time:${view}`;

  /** How long ago an event may be and still lie in a window of the view. */
  horizon = (view: string): string => `${this.#prefix}windows-horizon:${view}`;

  /** Drawn when the part is first written to: another one says that all was lost in between. */
  get generation(): string {
    return `${this.#prefix}generation`;
  }
  /** What of the log has been written: the last pushed row, loaded segments, and views whose windows are to be made anew. */
  get pushed(): string {
    return `${this.#prefix}pushed`;
  }
  get segments(): string {
    return `${this.#prefix}segments`;
  }
  get unsettled(): string {
    return `${this.#prefix}unsettled`;
  }
  /** How often a process has written to the part. */
  writes = (writer: string): string => `${this.#prefix}writes:${writer}`;
}

const known = new Map<PartCount, readonly RedisPart[]>();

/** The parts of a store, in order. */
export function redisParts(count: PartCount): readonly RedisPart[] {
  const parts = known.get(count) ?? Array.from({ length: count }, (_, i) => new RedisPart(tagOf(i, count)));
  known.set(count, parts);
  return parts;
}

/** The part in which an entity lies. */
export const partOf = ({ key }: Pick<OnlineAddress, 'key'>, count: PartCount): number =>
  count === 1 ? 0 : slotOf(key) % count;

/** A tag whose slot lies in the part’s share of the slots, near the middle. */
function tagOf(part: number, count: PartCount): string {
  const share = SLOTS / count;
  for (let salt = 0; ; salt++) {
    const tag = `${part}/${count}${salt === 0 ? '' : `.${salt}`}`;
    if (count === 1 || Math.abs(slotOf(tag) - (part + 0.5) * share) < share / 4) return tag;
  }
}

/** Patterns of SCAN: all blocks; all windows and uses, or those of one view version. */
export const ALL_BLOCKS = `${PREFIX}:{*}:block:*`;
const ofView = (view: string | undefined): string =>
  view === undefined ? '' : `${view.replace(/[\\*?[\]^]/g, '\\$&')}:`;
export const allWindows = (view?: string): string => `${PREFIX}:{*}:windows:${ofView(view)}*`;
export const allUses = (view?: string): string => `${PREFIX}:{*}:uses:${ofView(view)}*`;

/** The view version that a key of blocks, windows or uses names, and the tag of its part. */
export function namesOfKey(key: string): { readonly tag: string; readonly view: string } {
  const [, tag = '', view = ''] = /^[^{]*\{([^}]*)\}:[^:]*:(.*?):\[/s.exec(key) ?? [];
  return { tag, view };
}
