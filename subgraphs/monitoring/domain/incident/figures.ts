/** What became of the incidents of a time, and of their alerts. Means and medians are null where there is nothing yet. */
export interface IncidentFigures {
  readonly incidents: number;
  readonly alerts: number;
  /** Incidents of which a person said what they were. */
  readonly judged: number;
  /** Alerts of incidents that were false alarms. */
  readonly falseAlerts: number;
  /** Alerts that were in an incident with others. */
  readonly correlatedAlerts: number;
  /** Alerts that went up a ladder. */
  readonly escalatedAlerts: number;
  readonly meanMinutesToAcknowledge: number | null;
  readonly medianMinutesToAcknowledge: number | null;
  readonly meanMinutesToResolve: number | null;
  readonly medianMinutesToResolve: number | null;
}

/** A part of the alerts; null where there were none. */
export const shareOf = (part: number, { alerts }: IncidentFigures): number | null =>
  alerts === 0 ? null : part / alerts;
