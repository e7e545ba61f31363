import * as z from 'zod';
import { parseUrn, type UrnKind } from '../core/urn.ts';

/** The types of a value that a feature, an input field or a derived field can have. */
export const DTYPES = ['FLOAT64', 'INT64', 'BOOL', 'STRING', 'TIMESTAMP'] as const;
export const Dtype = z.enum(DTYPES);
export type Dtype = z.infer<typeof Dtype>;

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest is 64 lower-case hex digits');

/** The id of a thing of one kind: `tiffin:<project>:<kind>:<name>[@version]`. */
export const urnOfKind = (...kinds: readonly UrnKind[]): z.ZodString =>
  z.string().refine(
    (text) => {
      try {
        return kinds.includes(parseUrn(text).kind);
      } catch {
        return false;
      }
    },
    { error: `write the id of a ${kinds.join(' or ')}: tiffin:<project>:${kinds[0]}:<name>[@version]` },
  );

/** The id of a thing, whole or in its short form (`fraud@3`): what it names is for its owner to say. */
export const IdText = z.string().min(1, 'write an id').max(1_024, 'an id has at most 1024 characters');

/** A name that a client types: letters, digits, `_`, `-`, `.`; begins with a letter; at most 128 characters. */
export const Name = z
  .string()
  .regex(/^[A-Za-z][\w.-]{0,127}$/, 'a name begins with a letter and has letters, digits, "_", "-" and "."');

/** A name that an expression can use: no "-" or ".". */
export const FieldName = z
  .string()
  .regex(/^[A-Za-z_]\w{0,127}$/, 'a field name begins with a letter or "_" and has letters, digits and "_"');

export const Instant = z.iso.datetime({ offset: true });
