import * as z from 'zod';

/** Answer to a batch: delete what was acknowledged; what was rejected will never be taken. */
export const TelemetryAnswer = z.strictObject({
  acked: z.array(z.string()),
  rejected: z.array(z.strictObject({ id: z.string(), code: z.string(), message: z.string() })),
});
export type TelemetryAnswer = z.infer<typeof TelemetryAnswer>;
