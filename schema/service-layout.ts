import * as z from 'zod';
import { KEY_DTYPES } from '../core/codec/address.ts';
import { WINDOW_FUNCTIONS } from '../core/windows/window.ts';
import { Dtype } from './common.ts';

const Column = z.strictObject({ index: z.int(), dtype: Dtype });

/** A value of a category: whole numbers of 64 bits as text, told apart from text. */
const Category = z.union([z.number(), z.boolean(), z.string(), z.null(), z.strictObject({ int64: z.string() })]);

const Window = z.strictObject({
  function: z.enum(WINDOW_FUNCTIONS),
  windowMs: z.number(),
  hopMs: z.number(),
  column: Column.nullable(),
  where: z
    .strictObject({
      category: z.strictObject({ index: z.int(), oneOf: z.array(Category) }).nullable(),
      hours: z.strictObject({ oneOf: z.array(z.int()), offsetMinutes: z.number() }).nullable(),
    })
    .nullable(),
});

const View = z.strictObject({
  onlineView: z.string(),
  joinKeys: z.array(z.strictObject({ name: z.string(), dtype: z.enum(KEY_DTYPES) })),
  schemaVersion: z.int(),
  fields: z.array(z.strictObject({ name: z.string(), dtype: Dtype })),
  ttlMs: z.number(),
  windows: z.strictObject({ withIds: z.boolean(), windows: z.array(Window) }).nullable(),
  wanted: z.array(z.strictObject({ of: z.enum(['BLOCK', 'WINDOWS']), index: z.int() })),
});

/**
 * Answer of `GET /v1/features/services/{service}/layout`: where the online store has a pinned service's features, for nodes
 * that read it there. `views` is null where only a feature server can read them, such as networks.
 */
export const ServiceLayout = z.strictObject({
  service: z.string(),
  names: z.array(z.string()),
  views: z.array(View).nullable(),
});
export type ServiceLayout = z.infer<typeof ServiceLayout>;
