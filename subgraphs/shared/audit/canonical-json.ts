import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../core/canonical-json.ts';

/** SHA-256 of the canonical form, lower-case hex. */
export const digestOf = (value: unknown): string => createHash('sha256').update(canonicalJson(value)).digest('hex');
