import { DomainError } from '../../../../core/errors.ts';

export const UPLOAD_STATES = ['OPEN', 'COMPLETED'] as const;

/** Bytes on their way in. */
export interface Upload {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly state: (typeof UPLOAD_STATES)[number];
  readonly sha256: string | null;
  /** Who uploaded, under every name: they count as makers of what is registered from it. */
  readonly makers: readonly string[];
  readonly createdAt: Date;
}

/** Throws TOO_LARGE, or INVALID_INPUT that names the field. */
export function checkUpload(
  { name, sizeBytes }: Pick<Upload, 'name' | 'sizeBytes'>,
  { maxUploadBytes }: { readonly maxUploadBytes: number },
): void {
  if (!(sizeBytes >= 1 && sizeBytes <= maxUploadBytes)) {
    throw new DomainError('TOO_LARGE', `sizeBytes: an upload has 1 to ${maxUploadBytes} bytes, not ${sizeBytes}`, {
      field: 'sizeBytes',
      maxBytes: maxUploadBytes,
    });
  }
  if (name.trim() === '' || name.length > 200) {
    throw new DomainError('INVALID_INPUT', 'name: a name has 1 to 200 characters', { field: 'name' });
  }
}
