export const RETAINED_KINDS = [
  'RECORDS',
  'PROFILES',
  'SAMPLES',
  'ROLLUPS_BY_MINUTE',
  'ROLLUPS_BY_HOUR',
  'NOTIFICATIONS',
  'EVENTS',
] as const;
export type RetainedKind = (typeof RETAINED_KINDS)[number];

/** How long one kind of what is stored is kept. */
export interface RetentionPolicy {
  readonly kind: RetainedKind;
  /** Null: for ever. */
  readonly days: number | null;
  /** After how many days it is written to the archive as well; null: never. */
  readonly archiveAfterDays: number | null;
  /** The setting that says it; null where it is fixed. */
  readonly setting: string | null;
}

export interface RetentionSettings {
  /** 0: for ever. */
  readonly retentionDays: number;
  readonly sampleDays: number;
  readonly minuteDays: number;
  /** 0: never. */
  readonly archiveAfterDays: number;
  /** Of events that are superseded and made no edge. */
  readonly outboxDays: number;
}

const orNull = (days: number): number | null => (days === 0 ? null : days);

export function policiesOf(settings: RetentionSettings, notificationDays: number): readonly RetentionPolicy[] {
  const { retentionDays, sampleDays, minuteDays, archiveAfterDays, outboxDays } = settings;
  const kept = { archiveAfterDays: null };
  return [
    {
      kind: 'RECORDS',
      days: orNull(retentionDays),
      archiveAfterDays: orNull(archiveAfterDays),
      setting: 'TIFFIN_RETENTION_DAYS',
    },
    { ...kept, kind: 'PROFILES', days: orNull(retentionDays), setting: 'TIFFIN_RETENTION_DAYS' },
    { ...kept, kind: 'SAMPLES', days: orNull(sampleDays), setting: 'TIFFIN_SAMPLE_DAYS' },
    { ...kept, kind: 'ROLLUPS_BY_MINUTE', days: orNull(minuteDays), setting: 'TIFFIN_ROLLUP_MINUTE_DAYS' },
    { ...kept, kind: 'ROLLUPS_BY_HOUR', days: null, setting: null },
    { ...kept, kind: 'NOTIFICATIONS', days: notificationDays, setting: null },
    { ...kept, kind: 'EVENTS', days: orNull(outboxDays), setting: 'TIFFIN_OUTBOX_DAYS' },
  ];
}
