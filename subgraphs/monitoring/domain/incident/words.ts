import type { Incident } from './incident.ts';

/** An open incident in one line. */
export const incidentWords = ({ cause, origin, startedAt, acknowledgedBy }: Incident): string =>
  `${cause} at ${origin.name} since ${startedAt.toISOString()}; ${acknowledgedBy === null ? 'nobody' : acknowledgedBy} is on it`;
