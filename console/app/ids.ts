import { href } from './location.ts';
import { PAGES } from './pages.ts';

/** An id in two: `tiffin:default:model-version:fraud@3` is of the kind `model-version`, and called `fraud@3`. */
export interface IdParts {
  readonly kind: string;
  /** As it stands in addresses: still percent-encoded, and with the project where that is not the usual one. */
  readonly tail: string;
  /** As people read it. */
  readonly name: string;
}

const USUAL_PROJECT = 'default';

export function idParts(id: string): IdParts {
  const [, project = USUAL_PROJECT, kind = '', name = ''] = id.split(':');
  const tail = project === USUAL_PROJECT ? name : `${project}:${name}`;
  return { kind, tail, name: decoded(name) };
}

export function idOf(kind: string, tail: string): string {
  const [first = '', second] = tail.split(':');
  return second === undefined ? `tiffin:${USUAL_PROJECT}:${kind}:${first}` : `tiffin:${first}:${kind}:${second}`;
}

export const nameOf = (id: string): string => idParts(id).name;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Where an id is shown. What has no page of its own stands on that of what it is part of. */
export function hrefOf(id: string): string {
  const { kind, tail } = idParts(id);
  if (kind === 'release') return href(`/deployment/${tail.split('/')[0] ?? ''}`);
  if (kind === 'model-version') return href(`/model/${tail}`);
  if (kind === 'alert-rule') return href('/alerts', { rule: id });
  // An alert is named by its rule, its series and its beginning.
  if (kind === 'alert') return href('/alerts', { rule: idOf('alert-rule', tail.split('/')[0] ?? '') });
  if (kind === 'tier-policy') return href('/policies');
  if (kind === 'column') return href(`/source/${tail.split('/')[0] ?? ''}`);
  if (kind === 'webhook') return href('/access');
  if (kind === 'silence') return href('/alerts');
  if (kind === 'alert-routing') return href('/receivers');
  // What has no page at all is known to the audit trail.
  if (!(kind in PAGES)) return href('/audit', { subject: id });
  return href(`/${kind}/${tail}`);
}

const KINDS: Readonly<Record<string, string>> = {
  'model-version': 'model version',
  'feature-view': 'feature view',
  'feature-service': 'feature service',
  'training-set': 'training set',
  'edge-node': 'edge node',
  'alert-rule': 'alert rule',
  'response-policy': 'response policy',
  'response-run': 'response run',
  'policy-preset': 'policy preset',
  'tier-policy': 'tier policy',
  'event-stream': 'event stream',
  'dataset-field': 'dataset field',
};

export const kindWords = (kind: string): string => KINDS[kind] ?? kind;
