import { DomainError } from '../../../core/errors.ts';

const DIGEST = /^[0-9a-f]{64}$/;
const STAGED_NAME = /^[\w-]{1,128}$/;

export const isDigest = (text: string): boolean => DIGEST.test(text);

/** Throws INVALID_INPUT for what is no SHA-256: it becomes part of a path. */
export function checkDigest(sha256: string): void {
  if (isDigest(sha256)) return;
  throw new DomainError('INVALID_INPUT', `"${sha256}" is no SHA-256 digest: write 64 lower-case hex digits`, {
    field: 'sha256',
  });
}

/** Throws INVALID_INPUT for what cannot be part of a path. */
export function checkStagedName(name: string): void {
  if (STAGED_NAME.test(name)) return;
  throw new DomainError('INVALID_INPUT', `"${name}" cannot name an upload: use letters, digits, "_" and "-"`, {
    field: 'name',
  });
}

export const unknownBlob = (sha256: string): DomainError => new DomainError('NOT_FOUND', `there is no blob ${sha256}`);

export const damaged = (sha256: string, actual: string): DomainError =>
  new DomainError('DIGEST_MISMATCH', `the stored blob ${sha256} was changed: its bytes now have ${actual}`, {
    expected: sha256,
    actual,
  });

export const nothingStaged = (name: string): DomainError =>
  new DomainError('NOT_FOUND', `nothing has been uploaded under "${name}"`);

export const otherDigest = (expected: string, actual: string): DomainError =>
  new DomainError('DIGEST_MISMATCH', `the uploaded bytes have the SHA-256 ${actual}, not ${expected}`, {
    field: 'sha256',
    expected,
    actual,
  });

export const otherOffset = (offset: number, receivedBytes: number): DomainError =>
  new DomainError('CONFLICT', `upload-offset: ${receivedBytes} bytes are here: go on from there, not from ${offset}`, {
    field: 'upload-offset',
    receivedBytes,
    allowed: [receivedBytes],
  });
