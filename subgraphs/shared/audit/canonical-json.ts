import { hash } from 'node:crypto';
import { canonicalJson } from '../../../core/canonical-json.ts';

/** SHA-256 of the canonical form, lower-case hex. */
export const digestOf = (value: unknown): string => hash('sha256', canonicalJson(value), 'hex');
