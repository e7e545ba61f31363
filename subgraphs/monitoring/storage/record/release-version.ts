import type { Pool, PoolClient } from 'pg';
import type { Arrival } from '../../domain/record/prediction.ts';

/** A model version in a release, as records say. */
export interface ReleaseVersion {
  readonly release: string;
  readonly modelVersion: string;
}

/** Notes which model versions releases run. A release never changes, so that most of it is known already. */
export async function noteReleaseVersions(
  client: PoolClient,
  { project, trust }: Pick<Arrival, 'project' | 'trust'>,
  noted: readonly ReleaseVersion[],
): Promise<void> {
  await client.query({
    name: 'note-release-versions',
    text: `insert into release_version (project, trust, release, model_version)
      select $1, $2, release, model_version from unnest($3::text[], $4::text[]) as t(release, model_version)
      order by release, model_version on conflict do nothing`,
    values: [project, trust, noted.map(({ release }) => release), noted.map(({ modelVersion }) => modelVersion)],
  });
}

/** Selects the releases that run a version, from what stands in these places of a statement. */
export const releasesRunning = (places: {
  readonly project: string;
  readonly trust: string;
  readonly version: string;
}): string =>
  `select release from release_version
   where project = ${places.project} and trust = ${places.trust} and model_version = ${places.version}`;

/** The model versions that releases run, in order. */
export async function versionsOf(
  pool: Pool,
  { project, trust }: Pick<Arrival, 'project' | 'trust'>,
  releases: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await pool.query<{ release: string; versions: string[] }>(
    `select release, array_agg(model_version order by model_version) as versions from release_version
     where project = $1 and trust = $2 and release = any($3::text[]) group by release`,
    [project, trust, releases],
  );
  return new Map(rows.map(({ release, versions }) => [release, versions]));
}
