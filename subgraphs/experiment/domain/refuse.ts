import { DomainError } from '../../../core/errors.ts';

/** A refusal of an input: the field, what is wrong with it, and what is allowed where that is a list. */
export const refuse = (field: string, message: string, allowed?: readonly unknown[]): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, ...(allowed && { allowed }) });
