import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import { IdText, Instant } from '../../../../schema/common.ts';
import { validated } from '../../../../schema/validated.ts';

/** Do not begin to use it: why, what to use in its place, and until when it stays. */
export interface Deprecation {
  readonly reason: string;
  /** The id of what to use in its place. */
  readonly replacement: string | null;
  readonly sunsetAt: Date | null;
  readonly at: Date;
  readonly by: string;
}

/** What people say of an asset in the catalogue. Null: as its subgraph tells it, or nothing. */
export interface AssetNote {
  readonly project: string;
  readonly urn: string;
  readonly owner: string | null;
  readonly description: string | null;
  readonly tags: readonly string[] | null;
  readonly domain: string | null;
  readonly documentationUrl: string | null;
  readonly deprecation: Deprecation | null;
  readonly at: Date;
  readonly by: string;
}

/** What describeAsset sets, and what it can leave to the asset's subgraph again. */
export const NOTE_FIELDS = ['OWNER', 'DESCRIPTION', 'TAGS', 'DOMAIN', 'DOCUMENTATION_URL'] as const;
export type NoteField = (typeof NOTE_FIELDS)[number];

const NAMES = {
  OWNER: 'owner',
  DESCRIPTION: 'description',
  TAGS: 'tags',
  DOMAIN: 'domain',
  DOCUMENTATION_URL: 'documentationUrl',
} as const satisfies Record<NoteField, keyof AssetNote>;

const Link = z
  .url({ protocol: /^https?$/, error: 'write a link that begins with https:// or http://' })
  .max(2_000, 'a link has at most 2000 characters');

const Description = z.strictObject({
  id: IdText,
  owner: z.string().min(1).max(200).nullish(),
  description: z.string().max(10_000).nullish(),
  tags: z.array(z.string().min(1).max(100)).max(50).nullish(),
  domain: z.string().min(1).max(200).nullish(),
  documentationUrl: Link.nullish(),
  clear: z.array(z.enum(NOTE_FIELDS)).nullish(),
});

const DeprecationInput = z.strictObject({
  id: IdText,
  reason: z.string().min(1, 'say why, in 1 to 1000 characters').max(1_000, 'say why, in 1 to 1000 characters'),
  replacement: IdText.nullish(),
  sunsetAt: z.union([z.date(), Instant.transform((text) => new Date(text))]).nullish(),
});

/** Reads what describeAsset is given: the id and what of the note changes. Throws INVALID_INPUT that names the field. */
export function readDescription(input: unknown): { readonly id: string; readonly changes: Partial<AssetNote> } {
  const { id, clear, tags, ...texts } = validated(Description, input);
  const given = { ...texts, ...(tags && { tags: [...new Set(tags)] }) };
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== null));
  for (const field of clear ?? []) {
    const name = NAMES[field];
    if (name in set) {
      throw new DomainError('INVALID_INPUT', `clear: ${name} is set in the same input; allowed: one of both`, {
        field: 'clear',
        allowed: NOTE_FIELDS.filter((one) => !(NAMES[one] in set)),
      });
    }
  }
  const cleared = Object.fromEntries((clear ?? []).map((field) => [NAMES[field], null]));
  const changes = { ...set, ...cleared };
  if (Object.keys(changes).length > 0) return { id, changes };
  const allowed = [...Object.values(NAMES), 'clear'];
  throw new DomainError('INVALID_INPUT', `input: nothing to describe; allowed: ${allowed.join(', ')}`, {
    field: 'input',
    allowed,
  });
}

/** Reads what deprecateAsset is given; ids are as the caller wrote them. Throws INVALID_INPUT that names the field. */
export function readDeprecation(input: unknown): {
  readonly id: string;
  readonly reason: string;
  readonly replacement: string | null;
  readonly sunsetAt: Date | null;
} {
  const { id, reason, replacement, sunsetAt } = validated(DeprecationInput, input);
  return { id, reason, replacement: replacement ?? null, sunsetAt: sunsetAt ?? null };
}

/** What an asset's subgraph tells of it that people can say otherwise. */
export interface DeclaredText {
  readonly description: string;
  readonly owner: string | null;
  readonly tags: readonly string[];
}

/** What the catalogue shows: what people say where they say anything, else what the asset's subgraph tells. */
export const described = (
  declared: DeclaredText,
  note: AssetNote | undefined,
): DeclaredText & Pick<AssetNote, 'domain' | 'documentationUrl' | 'deprecation'> => ({
  description: note?.description ?? declared.description,
  owner: note?.owner ?? declared.owner,
  tags: note?.tags ?? declared.tags,
  domain: note?.domain ?? null,
  documentationUrl: note?.documentationUrl ?? null,
  deprecation: note?.deprecation ?? null,
});

export const emptyNote = (project: string, urn: string, at: Date, by: string): AssetNote => ({
  project,
  urn,
  owner: null,
  description: null,
  tags: null,
  domain: null,
  documentationUrl: null,
  deprecation: null,
  at,
  by,
});
