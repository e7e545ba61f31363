import { DomainError } from '../../../../core/errors.ts';
import { formatTesterToken, signedBytes, type TesterClaims } from '../../../../schema/tester-token.ts';
import { deploymentUrn } from '../../domain/ids.ts';
import { forcedIn } from '../../../../core/traffic/layers.ts';
import { findDeployments, unknownDeployment } from '../../storage/serving/deployment.ts';
import { change } from '../../../shared/operations/change.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import type { RegistryDeps } from '../deps.ts';
import { ReleaseNames } from './release-names.ts';

export interface IssueTokenInput {
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

  async issue(
    context: RequestContext,
    { deployment, release, tester, minutes }: IssueTokenInput,
  ): Promise<IssuedToken> {
    const key = deploymentUrn.parse(context.actor.project, deployment, 'deployment');
    const who = tester ?? context.actor.onBehalfOf ?? context.actor.subject;
    checkInput(who, minutes);
    const about = { action: 'tester-token.issue', subject: deploymentUrn.format(key) };
    const { value } = await change(this.#deps, context, about, async (em, at) => {
      const [known] = await findDeployments(em, [key]);
      if (!known) throw unknownDeployment(key, 'deployment');
      const digest = await new ReleaseNames(em, known).digestOf(release, 'release');
      const open = forcedIn(known.traffic.layers);
      if (!open.includes(digest)) {
        throw new DomainError(
          'FAILED_PRECONDITION',
          `release: the release ${release} is not open to testers: open it with setTesterReleases`,
          { field: 'release', allowed: open },
        );
      }
      const claims: TesterClaims = {
        deployment: deploymentUrn.format(key),
        release: digest,
        tester: who,
        expiresAt: new Date(at.getTime() + minutes * MINUTE_MS).toISOString(),
      };
      const payload = new TextEncoder().encode(JSON.stringify(claims));
      const signed = await this.#deps.sign(signedBytes(payload));
      const reason = `the release ${digest} for ${who} until ${claims.expiresAt}`;
      const issued: IssuedToken = { ...claims, token: formatTesterToken({ ...signed, payload }) };
      return { value: issued, after: claims, reason, events: [] };
    });
    return value;
  }
}

function checkInput(tester: string, minutes: number): void {
  if (tester.trim() === '' || tester.length > 200) {
    throw new DomainError('INVALID_INPUT', 'tester: a tester has a name of 1 to 200 characters', { field: 'tester' });
  }
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES) return;
  throw new DomainError('INVALID_INPUT', `minutes: ${minutes}; allowed: 1 to ${MOST_MINUTES}`, { field: 'minutes' });
}
