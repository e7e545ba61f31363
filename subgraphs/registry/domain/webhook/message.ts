import { AlertSnapshot, IncidentSnapshot, ResponseRunSnapshot, type AssetEvent } from '../../../../schema/event.ts';

/** What is sent: the envelope that Standard Webhooks recommends, with a line for people that Slack and its like show as it is. */
export interface WebhookMessage {
  readonly type: string;
  readonly timestamp: string;
  readonly text: string;
  /** Where people look at the subject; null where no address is configured. */
  readonly link: string | null;
  readonly data: unknown;
}

/** Where people look at things, with `{id}` where the id goes; undefined: nowhere. */
export type AssetUrl = string | undefined;

export function messageOf(event: AssetEvent, assetUrl: AssetUrl): WebhookMessage {
  const alert = event.kind === 'alert' ? AlertSnapshot.safeParse(event.data).data : undefined;
  const incident = event.kind === 'incident' ? IncidentSnapshot.safeParse(event.data).data : undefined;
  const run = event.kind === 'response-run' ? ResponseRunSnapshot.safeParse(event.data).data : undefined;
  const line = alert
    ? alertLine(alert)
    : incident
      ? incidentLine(event, incident)
      : run
        ? runLine(event, run)
        : changeLine(event);
  const link = linkTo(event.urn, assetUrl);
  const parts = [line, ...(alert && event.asset.description !== '' ? [event.asset.description] : [])].map(plain);
  return {
    type: `${event.kind}.${event.deleted ? 'deleted' : 'changed'}`,
    timestamp: event.at,
    text: [...parts, ...(link === null ? [] : [link])].join('\n'),
    link,
    data: event,
  };
}

/** A message that tells nothing: only whether the receiver is there. */
export function pingOf(urn: string, at: Date, assetUrl: AssetUrl): WebhookMessage {
  const text = 'ping: this receiver can be reached';
  return { type: 'ping', timestamp: at.toISOString(), text, link: linkTo(urn, assetUrl), data: { webhook: urn } };
}

/** Where people look at one thing. */
export const linkTo = (urn: string, assetUrl: AssetUrl): string | null =>
  assetUrl?.replaceAll('{id}', encodeURIComponent(urn)) ?? null;

/** These three begin links and entities in Slack's text. */
const plain = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const IN_WORDS: Readonly<Record<NonNullable<AlertSnapshot['comparison']>, string>> = {
  '>': 'above',
  '>=': 'at or above',
  '<': 'below',
  '<=': 'at or below',
  '==': 'equal to',
  '!=': 'other than',
};

function alertLine(alert: AlertSnapshot): string {
  const { status, severity, ruleName, deployment, value } = alert;
  const signal = alert.feature === null ? alert.signal : `${alert.signal} of ${alert.feature}`;
  const seen = value === null ? 'has too little data' : `is ${shortly(value)}`;
  const where = deployment === null ? '' : ` on ${deployment.split(':').at(-1) ?? deployment}`;
  return `${status} ${severity}: ${ruleName}${where}: ${signal ?? alert.expression ?? ''} ${seen}${conditionOf(alert)}`;
}

const incidentLine = ({ asset }: AssetEvent, incident: IncidentSnapshot): string =>
  `${incident.status} ${incident.severity}: ${asset.name}: ${incident.openAlerts} of ${incident.alerts} alerts fire; ${incident.lastEntry}`;

const runLine = ({ asset }: AssetEvent, { state, deployment, lastStep }: ResponseRunSnapshot): string =>
  `${state}: response ${asset.name} on ${deployment.split(':').at(-1) ?? deployment}: ${lastStep}`;

/** An expression says its condition itself. */
function conditionOf({ comparison, threshold, windowFrom, windowTo }: AlertSnapshot): string {
  if (comparison === null || threshold === null) return '';
  return ` (the condition is ${IN_WORDS[comparison]} ${shortly(threshold)}) from ${windowFrom} to ${windowTo}`;
}

const shortly = (value: number): string => String(Number(value.toPrecision(4)));

/** Snapshots say where their subject stands under one of these names. */
const STANDING = ['state', 'status'] as const;

function changeLine({ kind, asset, data, deleted, revision }: AssetEvent): string {
  const noun = `${kind.replaceAll('-', ' ')} ${asset.name}`;
  if (deleted) return `${noun} was deleted`;
  const standing = STANDING.map((key) => data[key]).find((value) => typeof value === 'string');
  return `${noun} ${revision === 1 ? 'is new' : 'changed'}${standing === undefined ? '' : `: ${standing}`}`;
}
