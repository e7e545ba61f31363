/** SQL for a time column as milliseconds since 1970, which every connection gives as a number. */
export const msOf = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
