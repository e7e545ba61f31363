import type { ResponsePolicy } from './policy.ts';

/** A policy in the words of its input. Defining it with these again changes nothing. */
export const policyAsInput = ({
  name,
  description,
  definition,
}: Pick<ResponsePolicy, 'name' | 'description' | 'definition'>): object => ({
  name,
  ...(description !== '' && { description }),
  definition,
});
