import * as z from 'zod';
import { Sha256 } from './common.ts';

/** The name of an edge node. */
export const NodeName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    'letters, digits, ".", "_" and "-", at most 128, a letter or digit first',
  );

/** Body of `POST /v1/nodes/enrol`: the node made its key itself, and only its digest travels. */
export const EnrolmentRequest = z.strictObject({
  token: z.string().min(1).max(200),
  node: NodeName,
  /** SHA-256 of the whole key, lower-case hex. */
  keySha256: Sha256,
});
export type EnrolmentRequest = z.infer<typeof EnrolmentRequest>;

/** Body of `POST /v1/nodes/rotate`, sent with the key before. */
export const RotationRequest = z.strictObject({ keySha256: Sha256 });
export type RotationRequest = z.infer<typeof RotationRequest>;

/** What both answer. */
export const EnrolledNode = z.object({ node: z.string(), project: z.string(), number: z.int().positive() });
export type EnrolledNode = z.infer<typeof EnrolledNode>;
