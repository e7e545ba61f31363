import { namedUrn, numberInUrn, urnGrammar, type UrnGrammar } from '../../../core/urn-grammar.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Ids of predictions are UUIDs: case makes no difference. */
export const predictionUrn = urnGrammar<{ readonly id: string }>('prediction', {
  form: '<uuid>',
  toParts: ({ id }) => [id],
  fromParts: ([part, ...rest]) =>
    part && part.version === undefined && rest.length === 0 && UUID.test(part.name)
      ? { id: part.name.toLowerCase() }
      : null,
});

export const edgeNodeUrn = namedUrn('edge-node');
export const alertRuleUrn = namedUrn('alert-rule');
export const silenceUrn = namedUrn('silence');
export const incidentUrn = namedUrn('incident');
export const responsePolicyUrn = namedUrn('response-policy');
export const responseRunUrn = namedUrn('response-run');
export const receiverUrn = namedUrn('receiver');
export const alertRoutingUrn = namedUrn('alert-routing');

/** Which run of a rule's condition an alert is, on which series. */
export interface AlertKey {
  readonly rule: string;
  /** Of the labels of the series, 16 hexadecimal digits. */
  readonly fingerprint: string;
  readonly activeAt: Date;
}

const FINGERPRINT = /^[0-9a-f]{16}$/;

export const alertUrn = urnGrammar<AlertKey>('alert', {
  form: '<rule>/<series>/<active since>',
  toParts: ({ rule, fingerprint, activeAt }) => [rule, fingerprint, activeAt.toISOString()],
  fromParts: ([rule, series, since, ...rest]) => {
    const activeAt = new Date(since?.name ?? Number.NaN);
    if (!rule || !series || !FINGERPRINT.test(series.name) || rest.length > 0) return null;
    return Number.isNaN(activeAt.getTime()) ? null : { rule: rule.name, fingerprint: series.name, activeAt };
  },
});

// The nouns of others, as far as monitoring is asked about them.

export { deploymentUrn, versionUrn as modelVersionUrn } from '../../../core/serving-urns.ts';

/** Lineage holds pinned ids only: a view is named with its version. */
export const featureViewUrn = urnGrammar<{ readonly view: string; readonly version: number }>('feature-view', {
  form: '<name>@<version>',
  toParts: ({ view, version }) => [{ name: view, version: String(version) }],
  fromParts: ([part, ...rest]) => {
    const version = numberInUrn(part?.version);
    return part && version !== null && rest.length === 0 ? { view: part.name, version } : null;
  },
});

/** An optional id that a caller wrote, as the store holds it. Throws INVALID_INPUT naming the field. */
export function parsedId<Key>(grammar: UrnGrammar<Key>, project: string, id: string, field: string): string;
export function parsedId<Key>(
  grammar: UrnGrammar<Key>,
  project: string,
  id: string | null | undefined,
  field: string,
): string | null;
export function parsedId<Key>(
  grammar: UrnGrammar<Key>,
  project: string,
  id: string | null | undefined,
  field: string,
): string | null {
  return id === null || id === undefined ? null : grammar.format(grammar.parse(project, id, field));
}
