import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { DomainError } from '../../../../core/errors.ts';
import type { SigningKey } from '../../domain/signature.ts';
import { CheckpointFiles } from './checkpoint-files.ts';
import { openSigningKeys } from './signing-key.ts';

const PublicKeys = z.record(
  z.string(),
  z.base64().refine((text) => Buffer.from(text, 'base64').length === 32, 'is not 32 bytes in base64'),
);

/** What an install says of its checkpoints; without a folder they lie beside the other data. */
export interface CheckpointConfig {
  readonly makeSigningKey: boolean;
  readonly checkpointFolder: string | undefined;
  readonly checkpointKeyFile: string | undefined;
  readonly checkpointTrustedKeysFile: string | undefined;
}

/** The checkpoints of this install, signed by a key of their own or, without one, by the manifests'. */
export async function openCheckpoints(
  config: CheckpointConfig,
  { signingKeys, folder }: { readonly signingKeys: readonly SigningKey[]; readonly folder: string },
): Promise<CheckpointFiles> {
  const { checkpointKeyFile: file, makeSigningKey: make } = config;
  const keys = file ? await openSigningKeys(file, { make, field: 'TIFFIN_CHECKPOINT_KEY_FILE' }) : signingKeys;
  const trusted = await trustedKeys(keys, config.checkpointTrustedKeysFile);
  return new CheckpointFiles({ folder: config.checkpointFolder ?? folder, keys, trusted });
}

/** Whose signatures count: the keys that sign now, and those of a file that did. Throws FAILED_PRECONDITION. */
async function trustedKeys(
  signing: readonly SigningKey[],
  file: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const own = signing.map(({ keyId, publicKey }) => [keyId, publicKey] as const);
  if (file === undefined) return new Map(own);
  try {
    return new Map([...Object.entries(PublicKeys.parse(JSON.parse(await readFile(file, 'utf8')))), ...own]);
  } catch (error) {
    throw new DomainError(
      'FAILED_PRECONDITION',
      `TIFFIN_CHECKPOINT_TRUSTED_KEYS_FILE: the trusted keys ${file} can't be used: write {"<key id>": "<raw Ed25519 public key in base64>"}`,
      { field: 'TIFFIN_CHECKPOINT_TRUSTED_KEYS_FILE', why: error instanceof Error ? error.message : String(error) },
    );
  }
}
