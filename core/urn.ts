import { DomainError } from './errors.ts';

/** What a URN can name. The kind is also how `node(id)` finds the GraphQL type. */
export const URN_KINDS = [
  'entity',
  'source',
  'column',
  'event-stream',
  'feature-view',
  'feature',
  'feature-service',
  'training-set',
  'materialization',
  'model',
  'model-version',
  'endpoint',
  'deployment',
  'release',
  'experiment',
  'shadow',
  'rollout',
  'metric',
  'holdout',
  'unit',
  'prediction',
  'alert-rule',
  'alert',
  'edge-node',
  'incident',
  'response-policy',
  'response-run',
  'silence',
  'receiver',
  'alert-routing',
  'feature-snapshot',
  'webhook',
  'saved-search',
  'run-group',
  'training-run',
  'logged-model',
  'tier-policy',
  'policy-preset',
  'job',
  'dataset',
  'dataset-field',
] as const;
export type UrnKind = (typeof URN_KINDS)[number];

/**
 * One step of a name and, where it is pinned, its version: `user_txn@2/amount_24h` is
 * `[{ name: 'user_txn', version: '2' }, { name: 'amount_24h' }]`.
 */
export interface UrnPart {
  readonly name: string;
  readonly version?: string;
}

export interface Urn {
  readonly project: string;
  readonly kind: UrnKind;
  readonly parts: readonly UrnPart[];
}

const isKind = (text: string): text is UrnKind => (URN_KINDS as readonly string[]).includes(text);

// encodeURIComponent leaves !'()* alone, which is fine: none of them separates parts.
const encode = (part: UrnPart): string =>
  encodeURIComponent(part.name) + (part.version === undefined ? '' : `@${encodeURIComponent(part.version)}`);

/** `tiffin:<project>:<kind>:<name>[@version]`, parts percent-encoded, steps of a name divided by `/`. */
export function formatUrn({ project, kind, parts }: Urn): string {
  return `tiffin:${encodeURIComponent(project)}:${kind}:${parts.map(encode).join('/')}`;
}

/** `urnOf("default", "feature", { name: "user_txn", version: "2" }, "amount_24h")`: formatUrn for the common case. */
export function urnOf(project: string, kind: UrnKind, ...parts: readonly (string | UrnPart)[]): string {
  return formatUrn({ project, kind, parts: parts.map((part) => (typeof part === 'string' ? { name: part } : part)) });
}

/** Reads a URN back. Throws INVALID_INPUT that names the part that is wrong and what is allowed. */
export function parseUrn(text: string): Urn {
  const wrong = (why: string, allowed?: readonly string[]): DomainError =>
    new DomainError('INVALID_INPUT', `"${text}" is not an id: ${why}`, { field: 'id', ...(allowed && { allowed }) });
  const [scheme, project, kind, name, ...rest] = text.split(':');
  if (scheme !== 'tiffin' || !project || !kind || !name || rest.length > 0) {
    throw wrong('write tiffin:<project>:<kind>:<name>[@version]');
  }
  if (!isKind(kind)) throw wrong(`there is no kind "${kind}"`, URN_KINDS);
  try {
    const parts = name.split('/').map((step): UrnPart => {
      const [head = '', version, ...more] = step.split('@');
      if (!head || version === '' || more.length > 0) throw wrong(`"${step}" is no name`);
      return version === undefined
        ? { name: decodeURIComponent(head) }
        : { name: decodeURIComponent(head), version: decodeURIComponent(version) };
    });
    return { project: decodeURIComponent(project), kind, parts };
  } catch (error) {
    throw error instanceof DomainError ? error : wrong('its percent-encoding is broken');
  }
}
