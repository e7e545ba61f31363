import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { DomainError } from '../../../core/errors.ts';
import { validated } from '../../../schema/validated.ts';
import { MachineKeys } from '../../../core/machine-keys.ts';
import { StoredKeys } from '../../../schema/stored-key.ts';
import { NodeIdentity } from '../../control-plane/node-identity.ts';
import { TrustedKeys } from '../../control-plane/trusted-keys.ts';
import type { Secrets } from '../../node/platform.ts';
import { Tokenizer } from '../../telemetry/token.ts';
import type { EdgeConfig } from './config.ts';
import { HeldKeyFile } from './held-key-file.ts';
import { KeyFile } from './key-file.ts';

const PERSONAL_KEY_BYTES = 32;
const DAY_MS = 86_400_000;

/** What the files that a configuration names hold. Throws FAILED_PRECONDITION that names the file and what should be in it. */
export async function readConfigFiles(config: EdgeConfig): Promise<Secrets> {
  const identity = config.key === null && config.keyFile === null ? await identityOf(config) : null;
  const nodeKey = identity ? identity.key : (config.key ?? textOf(config.keyFile ?? '', 'the key of this node').trim());
  let keys = new MachineKeys([]);
  const ofCallers = await KeyFile.open('TIFFIN_KEYS_FILE', config.keysFile, async () => {
    keys = new MachineKeys(jsonOf(config.keysFile, StoredKeys, 'a list of keys'));
  });
  const trusted = new TrustedKeys();
  const ofSigners = await KeyFile.open('TIFFIN_TRUSTED_KEYS_FILE', config.trustedKeysFile, () =>
    trusted.replace(jsonOf(config.trustedKeysFile, z.record(z.string(), z.string()), 'key ids with their public keys')),
  );
  return {
    nodeKey,
    identity,
    keys: { find: (authorization) => keys.find(authorization) },
    trusted,
    keySources: [ofCallers, ofSigners],
    tokenizer: tokenizerOf(config),
  };
}

/** The key that the node has made for itself and enrols. */
async function identityOf({
  enrolToken,
  enrolTokenFile,
  keyDays,
  dataDir,
  registryUrl,
  node,
}: EdgeConfig): Promise<NodeIdentity> {
  const store = new HeldKeyFile(dataDir);
  const held = await store.open();
  // Once it is enrolled the file of the token may be gone.
  const fromFile = (file: string): string | null =>
    held.enrolledAt === null || existsSync(file) ? textOf(file, 'the token to enrol with').trim() : null;
  const token = enrolToken ?? (enrolTokenFile === null ? null : fromFile(enrolTokenFile));
  return new NodeIdentity(held, {
    registryUrl,
    node,
    token,
    rotateAfterMs: keyDays * DAY_MS,
    fetch,
    nowMs: Date.now,
    store,
  });
}

function tokenizerOf({ mode, personalKeyFile, dataDir }: EdgeConfig): Tokenizer | null {
  const file = personalKeyFile ?? (mode === 'dev' ? join(dataDir, 'personal.key') : null);
  if (file === null) return null;
  if (personalKeyFile === null && !existsSync(file)) {
    writeFileSync(file, randomBytes(PERSONAL_KEY_BYTES).toString('hex'), { mode: 0o600, flag: 'wx' });
  }
  const secret = new TextEncoder().encode(textOf(file, 'the key for personal inputs').trim());
  if (secret.length >= PERSONAL_KEY_BYTES) return new Tokenizer(secret);
  throw new DomainError('FAILED_PRECONDITION', `${file} holds fewer than the ${PERSONAL_KEY_BYTES} bytes of a key`);
}

function textOf(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it is not there';
    throw new DomainError('FAILED_PRECONDITION', `${what} cannot be read: ${why}`, { file });
  }
}

function jsonOf<T>(file: string, schema: z.ZodType<T>, what: string): T {
  const text = textOf(file, what);
  try {
    return validated(schema, JSON.parse(text));
  } catch (error) {
    const why = error instanceof DomainError ? `: ${error.message}` : '';
    throw new DomainError('FAILED_PRECONDITION', `${file} does not hold ${what} as JSON${why}`, { file });
  }
}
