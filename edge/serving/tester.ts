import { DomainError } from '../../core/errors.ts';
import { parseTesterToken, signedBytes, TESTER_HEADER, TesterClaims } from '../../schema/tester-token.ts';
import type { TrustedKeys } from '../control-plane/trusted-keys.ts';
import { forcedIn } from '../../core/traffic/layers.ts';
import type { ServingDeployment } from './deployment.ts';

/** A release that a tester's token asks for. */
export interface Forced {
  readonly release: string;
  readonly tester: string;
}

const refuse = (why: string): DomainError =>
  new DomainError('FORBIDDEN', `${TESTER_HEADER}: ${why}; issueTesterToken makes one`, { field: TESTER_HEADER });

/**
 * What a token allows at this deployment: checked here alone, by the keys that this node trusts with manifests. Throws
 * FORBIDDEN that says what is wrong with it.
 */
export async function openTesterToken(
  text: string,
  { entry }: ServingDeployment,
  trusted: TrustedKeys,
  nowMs: number,
): Promise<Forced> {
  const token = parseTesterToken(text);
  if (!token) throw refuse('this is no tester token');
  if (!trusted.has(token.keyId)) throw refuse(`it is signed by "${token.keyId}", which this node does not trust`);
  if (!(await trusted.verifiesBytes(token.keyId, token.signature, signedBytes(token.payload)))) {
    throw refuse('its signature does not fit');
  }
  const { deployment, release, tester, expiresAt } = claimsOf(token.payload);
  if (Date.parse(expiresAt) <= nowMs) throw refuse(`it expired at ${expiresAt}`);
  if (deployment !== entry.deployment) throw refuse(`it is for ${deployment}, not for ${entry.deployment}`);
  if (!forcedIn(entry.traffic).includes(release))
    throw refuse(`the release ${release} is not open to testers any more`);
  return { release, tester };
}

function claimsOf(payload: Uint8Array): TesterClaims {
  try {
    return TesterClaims.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
  } catch {
    throw refuse('its claims are none that this node reads');
  }
}
