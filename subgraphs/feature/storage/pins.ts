import type { EntityManager } from '@mikro-orm/postgresql';
import type { Pin } from '../domain/ids.ts';

interface Pinned {
  readonly name: string;
  readonly version: number;
}

/** Pins as they are, and floating ones as the newest version that there is; what does not exist is left out. */
export async function pinned(
  em: EntityManager,
  table: 'feature_view' | 'feature_service',
  project: string,
  pins: readonly Pin[],
): Promise<Pinned[]> {
  const fixed = pins.flatMap(({ name, version }) => (version === null ? [] : [{ name, version }]));
  const floating = pins.filter(({ version }) => version === null).map(({ name }) => name);
  if (floating.length === 0) return fixed;
  const newest = await em.execute<Pinned[]>(
    `select name, max(version) as version from ${table}
     where project = ? and name in (select jsonb_array_elements_text(?::jsonb)) group by name`,
    [project, JSON.stringify(floating)],
  );
  return [...fixed, ...newest];
}

/** Rows of one of the pinned versions, for `readRows`: the project, and what `pinKeys` makes of the pins. */
export const PINNED =
  'project = ? and (name, version) in (select name, version from jsonb_to_recordset(?::jsonb) as pin(name text, version int))';

export const pinKeys = (project: string, pins: readonly Pinned[]): readonly string[] => [
  project,
  JSON.stringify(pins.map(({ name, version }) => ({ name, version }))),
];
