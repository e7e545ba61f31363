/** What a closed day is kept as: one set of files for each. */
export const ARCHIVE_KINDS = ['PREDICTION', 'OUTCOME', 'OUTCOME_RECORD', 'SHADOW'] as const;
export type ArchiveKind = (typeof ARCHIVE_KINDS)[number];

/** How many rows of each kind a day has. Rows are only added, or replaced together with a row that is added: equal counts are equal days. */
export type DayCounts = Readonly<Record<ArchiveKind, number>>;

/** Part of a day of one project, as a Parquet file. */
export interface ArchivedFile {
  readonly project: string;
  /** `2026-03-01`, of UTC. */
  readonly day: string;
  readonly kind: ArchiveKind;
  /** From 0; a large day has several. */
  readonly part: number;
  readonly sha256: string;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly archivedAt: Date;
}

/** Rows of one file: what a laptop reads at once. */
export const ROWS_PER_FILE = 200_000;
