import { DomainError } from '../../../../core/errors.ts';
import { formatTesterToken, signedBytes, type TesterClaims } from '../../../../schema/tester-token.ts';
import { deploymentUrn, parseDeploymentId } from '../../domain/ids.ts';
import { forcedReleases } from '../../domain/traffic-layers.ts';
import { findDeployments, unknownDeployment } from '../../storage/serving/deployment.ts';
import { change, record, requireProject } from '../change.ts';
import type { RegistryDeps, Request } from '../deps.ts';
import { ReleaseNames } from './release-names.ts';

export interface TokenWish {
  readonly deployment: string;
  /** By id or by digest. */
  readonly release: string;
  /** Null: whoever asks. */
  readonly tester: string | null;
  readonly minutes: number;
}

export interface IssuedToken extends TesterClaims {
  readonly token: string;
}

const MOST_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;

/** Tokens with which a tester has a release answer that nobody else sees. Each is on record; the token itself is not. */
export class TesterTokens {
  readonly #deps: RegistryDeps;

  constructor(deps: RegistryDeps) {
    this.#deps = deps;
  }

  issue(request: Request, { deployment, release, tester, minutes }: TokenWish): Promise<IssuedToken> {
    const key = parseDeploymentId(deployment, 'deployment');
    requireProject(request, key.project, 'deployment');
    const who = tester ?? request.actor.onBehalfOf ?? request.actor.subject;
    checkWish(who, minutes);
    const about = { action: 'tester-token.issue', subject: deploymentUrn(key) };
    return change(this.#deps, request, about, async (em) => {
      const [known] = await findDeployments(em, [key]);
      if (!known) throw unknownDeployment(key, 'deployment');
      const digest = await new ReleaseNames(em, known).digestOf(release, 'release');
      const open = forcedReleases(known.traffic.layers);
      if (!open.includes(digest)) {
        throw new DomainError(
          'FAILED_PRECONDITION',
          `the release ${release} is not open to testers: open it with setTesterReleases`,
          { field: 'release', allowed: open },
        );
      }
      const at = this.#deps.now();
      const claims: TesterClaims = {
        deployment: deploymentUrn(key),
        release: digest,
        tester: who,
        expiresAt: new Date(at.getTime() + minutes * MINUTE_MS).toISOString(),
      };
      const payload = new TextEncoder().encode(JSON.stringify(claims));
      const signed = await this.#deps.sign(signedBytes(payload));
      const reason = `the release ${digest} for ${who} until ${claims.expiresAt}`;
      await record(em, request, { ...about, at, after: claims, reason }, []);
      return { ...claims, token: formatTesterToken({ ...signed, payload }) };
    });
  }
}

function checkWish(tester: string, minutes: number): void {
  if (tester.trim() === '' || tester.length > 200) {
    throw new DomainError('INVALID_INPUT', 'a tester has a name of 1 to 200 characters', { field: 'tester' });
  }
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES) return;
  throw new DomainError('INVALID_INPUT', `minutes is ${minutes}; allowed: 1 to ${MOST_MINUTES}`, { field: 'minutes' });
}
