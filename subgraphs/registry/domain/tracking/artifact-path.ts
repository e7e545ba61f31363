import { DomainError } from '../../../../core/errors.ts';
import { isStorableText } from '../../../../core/storable-text.ts';

/** Where a file lies: with a run, with a logged model, or with a version as it was registered. */
export type ArtifactPlace =
  | { readonly kind: 'owner'; readonly group: string; readonly owner: string; readonly path: string }
  | { readonly kind: 'version'; readonly model: string; readonly number: number; readonly path: string };

const LONGEST = 1_000;

/** The folder of a run's files. */
export const runRoot = (group: string, run: string): string => `${group}/${run}/artifacts`;
export const loggedModelRoot = (group: string, model: string): string => `${group}/models/${model}/artifacts`;
export const versionRoot = (model: string, number: number): string => `versions/${encodeURIComponent(model)}/${number}`;

/** Reads a path below the root of all artifacts. Throws INVALID_INPUT for one that leads elsewhere. */
export function placeOf(text: string): ArtifactPlace {
  const path = safePath(text);
  const version = /^versions\/([^/]+)\/([1-9]\d{0,8})(?:\/(.+))?$/.exec(path);
  if (version) {
    const [, model = '', number = '', rest = ''] = version;
    return { kind: 'version', model: decodeURIComponent(model), number: Number(number), path: rest };
  }
  const owned = /^(\d+)\/(?:models\/(m-[0-9a-f]{32})|([0-9a-f]{32}))\/artifacts(?:\/(.+))?$/.exec(path);
  if (owned) {
    const [, group = '', model, run, rest = ''] = owned;
    return { kind: 'owner', group, owner: model ?? run ?? '', path: rest };
  }
  throw new DomainError('INVALID_INPUT', `path: "${text}" is no place for files`, {
    field: 'path',
    allowed: [
      '<experiment>/<run>/artifacts/…',
      '<experiment>/models/<logged model>/artifacts/…',
      'versions/<model>/<number>/…',
    ],
  });
}

/** A path of plain names, without empty ones, `.` and `..`. */
export function safePath(text: string): string {
  const path = text.replaceAll(/^\/+|\/+$/g, '');
  const names = path.split('/');
  const isSafe = names.every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\\'));
  if (path.length <= LONGEST && isStorableText(path) && (path === '' || isSafe)) return path;
  throw new DomainError(
    'INVALID_INPUT',
    `path: "${text.slice(0, 100)}" leads elsewhere or has more than ${LONGEST} characters; write names divided by "/"`,
    { field: 'path', allowed: ['names divided by "/", without ".", ".." and "\\"'] },
  );
}

/** The files and folders that lie right in a folder, by name. */
export function entriesIn(
  files: readonly { readonly path: string; readonly sizeBytes: number }[],
  folder: string,
): readonly { readonly path: string; readonly sizeBytes: number | null }[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const entries = new Map<string, number | null>();
  for (const { path, sizeBytes } of files) {
    if (!path.startsWith(prefix)) continue;
    const [name = '', ...deeper] = path.slice(prefix.length).split('/');
    entries.set(name, deeper.length > 0 ? null : sizeBytes);
  }
  return [...entries].map(([path, sizeBytes]) => ({ path, sizeBytes })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
