import * as z from 'zod';
import { Instant, Sha256 } from './common.ts';
import { SUBGRAPHS } from './nouns.ts';

/** Where the audit chains of a project stood at a moment: what was recorded by then can't be rewritten unseen. */
export const Checkpoint = z.strictObject({
  kind: z.literal('tiffin-audit-checkpoint'),
  format: z.literal(1),
  project: z.string(),
  /** 1, 2, 3 … per project, without gaps. */
  number: z.int().positive(),
  at: Instant,
  heads: z.array(z.strictObject({ subgraph: z.enum(SUBGRAPHS), seq: z.int().positive(), hash: Sha256 })),
  /** Subgraphs that did not answer: this checkpoint says nothing of their chains. */
  unreachable: z.array(z.enum(SUBGRAPHS)),
  /** SHA-256 of the text of the checkpoint before this one; null for the first. */
  previous: Sha256.nullable(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** One line of the file: `checkpoint` is the JSON text, and each signature is Ed25519 over its UTF-8 bytes. */
export const SignedCheckpoint = z.strictObject({
  checkpoint: z.string(),
  signatures: z.array(z.strictObject({ keyId: z.string(), signature: z.base64() })).min(1),
});
export type SignedCheckpoint = z.infer<typeof SignedCheckpoint>;
