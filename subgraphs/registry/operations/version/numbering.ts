import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { ModelVersion } from '../../domain/version/model-version.ts';
import { differencesBetween, type Difference } from '../../domain/version/version-diff.ts';
import { stepBetween, type Comparable } from '../../domain/version/version-change.ts';
import {
  formatVersion,
  numberNext,
  parseVersion,
  renumbered,
  type VersionNumber,
} from '../../domain/version/version-number.ts';
import { featureTypes, findFeatureService } from '../../storage/catalogue/asset.ts';
import { newestVersion, versionBefore } from '../../storage/version/model-version.ts';

/** Gives a new version the smallest legal number after `before`, or the wanted one if it is no smaller a step. */
export async function numberDraft(
  em: EntityManager,
  draft: ModelVersion,
  before: ModelVersion | undefined,
  sameAnswers: boolean,
  wanted: VersionNumber | undefined,
): Promise<ModelVersion> {
  if (!before) return { ...draft, version: formatVersion(numberNext(undefined, 'MAJOR', wanted)) };
  const { bump, reasons } = stepBetween(await comparable(em, before), await comparable(em, draft), sameAnswers);
  const version = formatVersion(numberNext(parseVersion(before.version), bump, wanted));
  return { ...draft, version, bump, bumpReasons: reasons };
}

/** A draft that now declares something else may need a wider step than the one that it has. */
export async function renumberDraft(em: EntityManager, draft: ModelVersion): Promise<ModelVersion> {
  const before = await versionBefore(em, draft);
  if (!before) return draft;
  const sameAnswers = draft.bump === 'BUILD';
  const { bump, reasons } = stepBetween(await comparable(em, before), await comparable(em, draft), sameAnswers);
  const version = formatVersion(renumbered(parseVersion(before.version), bump, parseVersion(draft.version)));
  if (version !== draft.version) await requireNewest(em, draft, version);
  return { ...draft, version, bump, bumpReasons: reasons };
}

async function requireNewest(em: EntityManager, draft: ModelVersion, version: string): Promise<void> {
  const newest = await newestVersion(em, draft.project, draft.model);
  if (!newest || newest.number === draft.number) return;
  throw new DomainError(
    'FAILED_PRECONDITION',
    `version: this change asks for the number ${version}, but ${newest.model}@${newest.number} (${newest.version}) has followed: register a new version`,
    { field: 'version', newest: newest.number },
  );
}

/** Everything that differs between two versions. */
export async function differences(
  em: EntityManager,
  before: ModelVersion,
  after: ModelVersion,
): Promise<readonly Difference[]> {
  const [from, to] = [await comparable(em, before), await comparable(em, after)];
  return differencesBetween({ version: before, features: from.features }, { version: after, features: to.features });
}

async function comparable(em: EntityManager, version: ModelVersion): Promise<Comparable> {
  const { project, featureService } = version;
  const service = featureService === null ? undefined : await findFeatureService(em, project, featureService);
  return { ...version, features: service && featureTypes(service) };
}
