import * as z from 'zod';
import type { Texts } from '../../domain/tracking/tracking.ts';

// What MLflow's calls send, field by field. Unknown fields are passed over: newer clients send more.

/** Numbers come as texts in a query, and 64-bit ones in bodies too. */
export const Whole = z.coerce.number().int().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
export const Millis = Whole.pipe(z.number().min(0).max(8.64e15));

export const Text = z.string().max(100_000);
export const Id = z.coerce.string().min(1).max(100);

/** A list, which a query with one item writes as the item. */
export const listOf = <T>(item: z.ZodType<T>): z.ZodType<readonly T[]> =>
  z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(item).max(1_000),
  );

/** Key-value pairs; of two of one key the last counts. */
export const Pairs = listOf(z.object({ key: z.string(), value: z.string().default('') })).transform((pairs): Texts =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value])),
);

/** NaN and the infinities are texts in JSON. */
export const Float = z.union([
  z.number(),
  z
    .enum(['NaN', 'Infinity', '-Infinity', 'inf', '-inf', 'nan'])
    .transform((text) => Number(text.replace(/inf$/, 'Infinity'))),
]);

/** A version's number as clients write it: a text. */
export const VersionNumber = z.coerce
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'a version is a whole number from 1 on')
  .transform(Number);

export const searchFields = (most: number, usual: number) => ({
  filter: z.string().default(''),
  order_by: listOf(z.string()),
  max_results: Whole.pipe(z.number().min(1).max(most)).default(usual),
  page_token: z.string().default(''),
});

/** MLflow's names of a search as ours. */
export const asSearch = ({
  filter,
  order_by: orderBy,
  max_results: maxResults,
  page_token: pageToken,
}: {
  readonly filter: string;
  readonly order_by: readonly string[];
  readonly max_results: number;
  readonly page_token: string;
}) => ({ filter, orderBy, maxResults, pageToken });

/** A token only where there is a next page. */
export const nextPage = (token: string): { next_page_token?: string } =>
  token === '' ? {} : { next_page_token: token };
