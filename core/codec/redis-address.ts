import type { OnlineAddress } from './address.ts';

/** Another form of what lies under the keys has another prefix, so that nothing is ever read by the wrong code. */
const PREFIX = 'tiffin:1';

/**
 * Where Redis keeps an entity’s block and windows. The braces are a hash tag: all that an entity has in all views lies in
 * one slot. A key tuple begins with `[`, so that the tag is never empty.
 */
export const blockKeyOf = ({ view, key }: OnlineAddress): string => `${PREFIX}:block:{${key}}:${view}`;
export const windowsKeyOf = ({ view, key }: OnlineAddress): string => `${PREFIX}:windows:{${key}}:${view}`;

/** The newest event of a view version: of its blocks, and of its windows. */
export const blockTimeKeyOf = (view: string): string => `${PREFIX}:block-time:${view}`;
export const windowsTimeKeyOf = (view: string): string => `${PREFIX}:windows-time:${view}`;

/** Drawn when the store is first written to: another one says that all was lost in between. */
export const GENERATION_KEY = `${PREFIX}:generation`;
/** What of the log has been written: the last pushed row, loaded segments, and views whose windows are to be made anew. */
export const PUSHED_KEY = `${PREFIX}:pushed`;
export const SEGMENTS_KEY = `${PREFIX}:segments`;
export const UNSETTLED_KEY = `${PREFIX}:unsettled`;

/** Patterns of SCAN: all blocks, all windows, or the windows of one view version. */
export const ALL_BLOCKS = `${PREFIX}:block:*`;
export const allWindows = (view?: string): string =>
  `${PREFIX}:windows:*${view === undefined ? '' : `}:${view.replace(/[\\*?[\]^]/g, '\\$&')}`}`;

/** The view version that a block’s or window’s key names. */
export const viewOfKey = (key: string): string => key.slice(key.lastIndexOf('}:') + 2);
