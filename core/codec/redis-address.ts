import type { OnlineAddress } from './address.ts';

/** Another form of what lies under the keys has another prefix, so that nothing is ever read by the wrong code. */
const PREFIX = 'tiffin:1';

/**
 * Where Redis keeps an entity’s block and windows. The braces are a hash tag: all that an entity has in all views lies in
 * one slot. A key tuple begins with `[`, so that the tag is never empty.
 */
export const blockKeyOf = ({ view, key }: OnlineAddress): string => `${PREFIX}:block:{${key}}:${view}`;
export const windowsKeyOf = ({ view, key }: OnlineAddress): string => `${PREFIX}:windows:{${key}}:${view}`;

/** Who used a value of a column, by their last use: a sorted set of keys. The column is a place among those of the view’s log. */
export const usesKeyOf = (
  view: string,
  { column, value }: { readonly column: number; readonly value: string },
): string => `${PREFIX}:uses:{${column}:${value}}:${view}`;
/** How long ago an event may be and still lie in a window of the view. */
export const horizonKeyOf = (view: string): string => `${PREFIX}:windows-horizon:${view}`;

/** The newest event of a view version: of its blocks, and of its windows. */
export const blockTimeKeyOf = (view: string): string => `${PREFIX}:block-time:${view}`;
export const windowsTimeKeyOf = (view: string): string => `${PREFIX}:windows-time:${view}`;

/** Drawn when the store is first written to: another one says that all was lost in between. */
export const GENERATION_KEY = `${PREFIX}:generation`;
/** What of the log has been written: the last pushed row, loaded segments, and views whose windows are to be made anew. */
export const PUSHED_KEY = `${PREFIX}:pushed`;
export const SEGMENTS_KEY = `${PREFIX}:segments`;
export const UNSETTLED_KEY = `${PREFIX}:unsettled`;

/** Patterns of SCAN: all blocks; all windows and uses, or those of one view version. */
export const ALL_BLOCKS = `${PREFIX}:block:*`;
const ofView = (view: string | undefined): string =>
  view === undefined ? '' : `}:${view.replace(/[\\*?[\]^]/g, '\\$&')}`;
export const allWindows = (view?: string): string => `${PREFIX}:windows:*${ofView(view)}`;
export const allUses = (view?: string): string => `${PREFIX}:uses:*${ofView(view)}`;

/** The view version that a key of blocks, windows or uses names. */
export const viewOfKey = (key: string): string => key.slice(key.lastIndexOf('}:') + 2);
