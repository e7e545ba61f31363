import type { EntityManager } from '@mikro-orm/postgresql';
import { msOf } from '../ms-of.ts';
import type { PresetImport } from '../../domain/governance/policy-preset.ts';

/** To which presets a project holds, and since when. */
export const presetImportSql: readonly string[] = [
  `create table preset_import (
     project text not null,
     preset text not null,
     by text not null,
     at timestamptz(3) not null,
     reason text not null,
     primary key (project, preset)
   )`,
];

const MOST = 100;

export async function presetImports(em: EntityManager, project: string): Promise<PresetImport[]> {
  const rows = await em.execute<(Omit<PresetImport, 'at'> & { readonly ms: number })[]>(
    `select project, preset, by, ${msOf('at')} as ms, reason from preset_import where project = ? limit ${MOST}`,
    [project],
  );
  return rows.map(({ ms, ...row }) => ({ ...row, at: new Date(ms) }));
}

export async function savePresetImport(
  em: EntityManager,
  { project, preset, by, at, reason }: PresetImport,
): Promise<void> {
  await em.execute(
    `insert into preset_import (project, preset, by, at, reason) values (?, ?, ?, ?, ?)
     on conflict (project, preset) do update set by = excluded.by, at = excluded.at, reason = excluded.reason`,
    [project, preset, by, at, reason],
  );
}
