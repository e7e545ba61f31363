/** INT64 is read back as bigint, TIMESTAMP as milliseconds since 1970. */
export type FeatureDtype = 'FLOAT64' | 'INT64' | 'BOOL' | 'STRING' | 'TIMESTAMP';
export type FeatureValue = number | bigint | boolean | string | null;

/** What a block of one feature view version holds, in order. The registry of views knows it; the block does not. */
export interface BlockLayout {
  /** Two bytes: another version's blocks are never read by this layout. */
  readonly schemaVersion: number;
  readonly fields: readonly { readonly name: string; readonly dtype: FeatureDtype }[];
}

/** Offsets of a block: event time, available time, schema version, then one null bit for each field. */
export const AVAILABLE_AT = 8;
export const SCHEMA_AT = 16;
export const NULLS_AT = 18;

/** Where the FLOAT64 slots begin. */
export const slotsAt = (layout: BlockLayout): number => NULLS_AT + Math.ceil(layout.fields.length / 8);
export const STRING_LENGTH_BYTES = 4;
