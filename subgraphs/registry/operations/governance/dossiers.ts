import { DomainError, type ErrorCode } from '../../../../core/errors.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { newestRecords, type ChainedRecord } from '../../../shared/audit/audit-chains.ts';
import { record } from '../../../shared/operations/change.ts';
import { servedBy, type Dossier, type DossierRecord, type Served } from '../../domain/governance/dossier.ts';
import { dossierPage } from '../../domain/governance/dossier-page.ts';
import { deploymentUrn, releaseUrn, versionUrn, type VersionKey } from '../../domain/ids.ts';
import type { Release } from '../../domain/serving/release.ts';
import { linkTo } from '../../domain/webhook/message.ts';
import { openBreakGlasses } from '../../storage/governance/break-glass.ts';
import { releasesOfVersions } from '../../storage/serving/release.ts';
import { recordsOfReleases } from '../../storage/serving/traffic-record.ts';
import { approvalStepsOf } from '../../storage/version/approval-step.ts';
import { findVersion } from '../../storage/version/model-version.ts';
import type { Audit } from '../audit/audit.ts';
import type { RegistryDeps } from '../deps.ts';
import { digestSetOf } from '../version/digest-set.ts';

const MOST_RECORDS = 500;
/** What reading a blob ends with where its bytes are not what they were. */
const DAMAGED: ReadonlySet<string> = new Set<ErrorCode>(['NOT_FOUND', 'DIGEST_MISMATCH']);
const NOTHING = { subjectPrefix: null, actor: null, action: null, from: null, until: null };

/** Everything that an auditor asks about one version, in one page. */
export class Dossiers {
  readonly #deps: Pick<RegistryDeps, 'db' | 'now' | 'blobs' | 'assetUrl'>;
  readonly #audit: Pick<Audit, 'verify'>;

  constructor(deps: Pick<RegistryDeps, 'db' | 'now' | 'blobs' | 'assetUrl'>, audit: Pick<Audit, 'verify'>) {
    this.#deps = deps;
    this.#audit = audit;
  }

  /** The page as HTML. That it was read is on record (G13). */
  async page(context: RequestContext, key: VersionKey): Promise<string> {
    const dossier = await this.#dossier(context, key);
    const { id, at } = dossier;
    await this.#deps.db.transaction((em) =>
      record(em, context, { action: 'model-version.read-dossier', subject: id, at, value: null, events: [] }),
    );
    return dossierPage(dossier);
  }

  async #dossier(context: RequestContext, key: VersionKey): Promise<Dossier> {
    const { db, now } = this.#deps;
    const em = db.em();
    const version = await findVersion(em, key, 'id');
    const id = versionUrn.format(version);
    const releases = await releasesOfVersions(em, version.project, [id]);
    const subjects = [id, ...releases.map((release) => releaseUrn.format(release))];
    const found = await newestRecords(
      db,
      { ...NOTHING, subjects },
      { project: version.project, first: MOST_RECORDS + 1, below: null },
    );
    const served = await this.#served(releases);
    const judged = await this.#audit.verify(context);
    return {
      id,
      version,
      digestSet: digestSetOf(version),
      steps: await approvalStepsOf(em, version),
      releases: releases.map((release) => ({ id: releaseUrn.format(release), release })),
      served,
      isIntact: await this.#isIntact(version.digest),
      openBreakGlasses: await openBreakGlasses(em, version.project, id),
      rollback: await this.#rollback(version.project, served),
      linkTo: (urn) => linkTo(urn, this.#deps.assetUrl),
      records: found.slice(0, MOST_RECORDS).map(shown),
      recordsCut: found.length > MOST_RECORDS,
      proof: {
        ok: judged.ok,
        chains: judged.chains,
        checkpoints: judged.trail.count,
        newestCheckpointAt: judged.trail.newestAt,
      },
      at: now(),
      by: context.actor.subject,
    };
  }

  async #isIntact(digest: string): Promise<boolean> {
    try {
      await this.#deps.blobs.read(digest);
      return true;
    } catch (error) {
      if (error instanceof DomainError && DAMAGED.has(error.code)) return false;
      throw error;
    }
  }

  async #rollback(project: string, served: readonly Served[]): Promise<DossierRecord | null> {
    const subjects = [...new Set(served.map(({ deployment }) => deployment))];
    const filter = { ...NOTHING, subjects, action: 'traffic.rollback' };
    const [found] = await newestRecords(this.#deps.db, filter, { project, first: 1, below: null });
    return found ? shown(found) : null;
  }

  async #served(releases: readonly Release[]): Promise<readonly Served[]> {
    const em = this.#deps.db.em();
    const byDeployment = Map.groupBy(releases, (release) => deploymentUrn.format(release));
    const served: Served[] = [];
    for (const [deployment, own] of byDeployment) {
      const [first] = own;
      if (!first) continue;
      const names = new Map(own.map((release) => [release.digest, releaseUrn.format(release)]));
      served.push(...servedBy(await recordsOfReleases(em, first, [...names.keys()]), names, deployment));
    }
    return served;
  }
}

const shown = ({ hash, record: { seq, at, actor, action, subject, reason, rule } }: ChainedRecord): DossierRecord => ({
  seq,
  hash,
  at,
  actor,
  action,
  subject,
  reason,
  rule,
});
