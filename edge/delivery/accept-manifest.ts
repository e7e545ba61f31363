import { Manifest, READABLE_FORMATS, SignedManifest } from '../../schema/manifest.ts';
import { bytesOfBase64, type TrustedKeys } from '../control-plane/trusted-keys.ts';

export type RefusalCode =
  | 'MALFORMED'
  | 'WRONG_KEY'
  | 'BAD_SIGNATURE'
  | 'UNKNOWN_FORMAT'
  | 'WRONG_AUDIENCE'
  | 'REPLAYED'
  | 'EXPIRED';

/** Why a manifest is not accepted; what is held goes on. */
export class ManifestRefused extends Error {
  override readonly name = 'ManifestRefused';

  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
  }
}

/** The newest manifest that was accepted, as far as the next one is judged by it. */
export interface Accepted {
  readonly revision: number;
  readonly issuedAt: string;
}

/**
 * Opens an envelope: a trusted key signed these exact bytes, in a format that this code reads, for this audience.
 * Throws ManifestRefused.
 */
export async function openManifest(given: unknown, trusted: TrustedKeys, audience: string): Promise<Manifest> {
  const envelope = SignedManifest.safeParse(given);
  if (!envelope.success) throw new ManifestRefused('MALFORMED', 'it is no signed manifest');
  const { payload, signatures } = envelope.data;
  const bytes = bytesOfBase64(payload);
  const ours = signatures.filter(({ keyId }) => trusted.has(keyId));
  if (ours.length === 0) {
    const ids = signatures.map(({ keyId }) => keyId).join(', ');
    throw new ManifestRefused('WRONG_KEY', `it is signed by ${ids}; trusted are ${trusted.ids.join(', ') || 'none'}`);
  }
  const verified = await Promise.all(ours.map(({ keyId, signature }) => trusted.verifies(keyId, signature, bytes)));
  if (!verified.includes(true)) throw new ManifestRefused('BAD_SIGNATURE', 'its signature does not fit its bytes');

  const content = parse(bytes);
  const format = typeof content === 'object' && content !== null && 'format' in content ? content.format : undefined;
  if (!(READABLE_FORMATS as readonly unknown[]).includes(format)) {
    throw new ManifestRefused(
      'UNKNOWN_FORMAT',
      `it is written in format ${String(format)}; this node reads ${READABLE_FORMATS.join(', ')}`,
    );
  }
  const manifest = Manifest.safeParse(content);
  if (!manifest.success) {
    const [issue] = manifest.error.issues;
    throw new ManifestRefused('MALFORMED', `${issue?.path.join('.') ?? 'it'}: ${issue?.message ?? 'not valid'}`);
  }
  if (manifest.data.audience !== audience) {
    throw new ManifestRefused('WRONG_AUDIENCE', `it is for "${manifest.data.audience}", not for "${audience}"`);
  }
  return manifest.data;
}

/** Judges a new manifest's freshness: never older than what was accepted, and not expired. Throws ManifestRefused. */
export function checkFresh(manifest: Manifest, accepted: Accepted | null, nowMs: number): void {
  if (accepted && isOlder(manifest, accepted)) {
    throw new ManifestRefused(
      'REPLAYED',
      `its revision ${manifest.revision} of ${manifest.issuedAt} is older than revision ${accepted.revision} of ${accepted.issuedAt}, which was accepted before`,
    );
  }
  if (Date.parse(manifest.expiresAt) <= nowMs) {
    throw new ManifestRefused('EXPIRED', `it expired at ${manifest.expiresAt}`);
  }
}

/** One revision may be signed again with a later expiry. */
const isOlder = ({ revision, issuedAt }: Manifest, accepted: Accepted): boolean =>
  revision < accepted.revision ||
  (revision === accepted.revision && Date.parse(issuedAt) < Date.parse(accepted.issuedAt));

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ManifestRefused('MALFORMED', 'its payload is not JSON');
  }
}
