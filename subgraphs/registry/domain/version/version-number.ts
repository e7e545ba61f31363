import { DomainError } from '../../../../core/errors.ts';

/** The parts of a version number, from the widest change to the narrowest. */
export const BUMPS = ['MAJOR', 'MINOR', 'PATCH', 'BUILD'] as const;
export type Bump = (typeof BUMPS)[number];

/** MAJOR.MINOR.PATCH.BUILD: ordered part by part. */
export type VersionNumber = readonly [major: number, minor: number, patch: number, build: number];

export const FIRST_VERSION: VersionNumber = [1, 0, 0, 0];

const MAX_PART = 999_999;

export const formatVersion = (version: VersionNumber): string => version.join('.');

/** Reads `1.4.2.7`. Throws INVALID_INPUT. */
export function parseVersion(text: string): VersionNumber {
  const parts = text.split('.');
  const numbers = parts.map((part) => (/^(0|[1-9]\d{0,5})$/.test(part) ? Number(part) : Number.NaN));
  if (parts.length !== 4 || numbers.some(Number.isNaN)) {
    throw new DomainError(
      'INVALID_INPUT',
      `version: "${text}" is no version: write MAJOR.MINOR.PATCH.BUILD, four whole numbers`,
      {
        field: 'version',
        max: MAX_PART,
      },
    );
  }
  const [major = 0, minor = 0, patch = 0, build = 0] = numbers;
  return [major, minor, patch, build];
}

export function compareVersions(a: VersionNumber, b: VersionNumber): number {
  for (const [i, part] of a.entries()) {
    const difference = part - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Raises one part and sets the narrower ones to zero. */
export function raise(version: VersionNumber, bump: Bump): VersionNumber {
  const at = BUMPS.indexOf(bump);
  const next = (i: 0 | 1 | 2 | 3): number => (i < at ? version[i] : i === at ? version[i] + 1 : 0);
  return [next(0), next(1), next(2), next(3)];
}

/** Which part differs first when `to` follows `from`; undefined where it does not follow. */
export function bumpBetween(from: VersionNumber, to: VersionNumber): Bump | undefined {
  if (compareVersions(to, from) <= 0) return undefined;
  return BUMPS[to.findIndex((part, i) => part !== from[i])];
}

export const widerOf = (a: Bump, b: Bump): Bump => (BUMPS.indexOf(a) <= BUMPS.indexOf(b) ? a : b);

/** Whether a number may follow: what changed demands at least a step of `smallest`. */
function mayFollow(previous: VersionNumber, smallest: Bump, wanted: VersionNumber): boolean {
  const bump = bumpBetween(previous, wanted);
  return bump !== undefined && BUMPS.indexOf(bump) <= BUMPS.indexOf(smallest);
}

/**
 * The number of a new version: the smallest legal one, or the one that the submitter wants if it is no smaller a step.
 * Throws INVALID_INPUT that says which number would be the smallest.
 */
export function numberNext(
  previous: VersionNumber | undefined,
  smallest: Bump,
  wanted: VersionNumber | undefined,
): VersionNumber {
  if (previous === undefined) return wanted ?? FIRST_VERSION;
  const least = raise(previous, smallest);
  if (wanted === undefined) return least;
  if (mayFollow(previous, smallest, wanted)) return wanted;
  throw new DomainError(
    'INVALID_INPUT',
    `version: ${formatVersion(wanted)} is too small a step from ${formatVersion(previous)}: what changed asks for ${smallest}, at least ${formatVersion(least)}`,
    { field: 'version', smallest: formatVersion(least), bump: smallest },
  );
}

/** A draft's number after what it declares has changed: the one it has, if that is still a wide enough step. */
export const renumbered = (previous: VersionNumber, smallest: Bump, held: VersionNumber): VersionNumber =>
  mayFollow(previous, smallest, held) ? held : raise(previous, smallest);
