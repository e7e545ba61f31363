import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../subgraphs/registry/config.ts';
import { signManifest } from '../../subgraphs/registry/domain/signature.ts';
import { openSigningKeys } from '../../subgraphs/registry/storage/files/signing-key.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the settings of the registry', () => {
  it('has a default for everything', () => {
    const config = readConfig({});
    expect(config).toMatchObject({ maxUploadBytes: 536_870_912, modelLimitMs: 120_000, makeSigningKey: true });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it.each(['http://hooks', 'hooks:8080', 'hooks/x', 'a b'])('refuses the webhook host "%s"', (hosts) => {
    expect(() => readConfig({ TIFFIN_WEBHOOK_ALLOWED_HOSTS: hosts })).toThrow(/TIFFIN_WEBHOOK_ALLOWED_HOSTS.*no host/);
  });

  it.each(['https://tiffin.example.org/', 'hooks', 'ftp://x/{id}'])('refuses the address of assets "%s"', (url) => {
    expect(() => readConfig({ TIFFIN_ASSET_URL: url })).toThrow(/TIFFIN_ASSET_URL: must/);
  });

  it('reads what is set', () => {
    const config = readConfig({
      TIFFIN_BLOB_DIR: '/b',
      TIFFIN_MANIFEST_DIR: '/m',
      TIFFIN_SIGNING_KEY_FILE: '/k.json',
      TIFFIN_REPLICAS: '3',
      TIFFIN_WEBHOOK_ALLOWED_HOSTS: 'Hooks.internal, 10.0.0.7,::1',
      TIFFIN_ASSET_URL: 'https://tiffin.example.org/assets/{id}',
      MODE: 'production',
    });
    expect(config).toMatchObject({
      assetUrl: 'https://tiffin.example.org/assets/{id}',
      webhookHosts: ['hooks.internal', '10.0.0.7', '::1'],
      blobFolder: '/b',
      manifestFolder: '/m',
      signingKeyFile: '/k.json',
      makeSigningKey: false,
    });
  });

  const bucket = {
    TIFFIN_S3_BUCKET: 'models',
    TIFFIN_S3_ACCESS_KEY_ID: 'id',
    TIFFIN_S3_SECRET_ACCESS_KEY: 'secret',
  };

  it('reads a bucket, which replicas share', () => {
    const { blobBucket } = readConfig({
      ...bucket,
      TIFFIN_S3_REGION: 'eu-central-1',
      TIFFIN_S3_PREFIX: 'tiffin/',
      TIFFIN_REPLICAS: '2',
      TIFFIN_SIGNING_KEY_FILE: '/k.json',
    });
    expect(blobBucket).toEqual({
      endpoint: 'https://s3.eu-central-1.amazonaws.com',
      bucket: 'models',
      region: 'eu-central-1',
      prefix: 'tiffin/',
      accessKeyId: 'id',
      secretAccessKey: 'secret',
    });
    expect(readConfig({ ...bucket, TIFFIN_S3_ENDPOINT: 'http://minio:9000' }).blobBucket?.endpoint).toMatch(
      /^http:\/\/minio:9000/,
    );
  });

  it.each([
    [{ TIFFIN_S3_BUCKET: 'models' }, /TIFFIN_S3_ACCESS_KEY_ID: goes with[^]*TIFFIN_S3_SECRET_ACCESS_KEY: goes with/],
    [{ ...bucket, TIFFIN_S3_BUCKET: 'A_b' }, /TIFFIN_S3_BUCKET: "A_b" is no name/],
    [{ ...bucket, TIFFIN_S3_PREFIX: '../x' }, /TIFFIN_S3_PREFIX/],
    [{ ...bucket, TIFFIN_BLOB_DIR: '/b' }, /TIFFIN_BLOB_DIR: blobs lie in a folder or in a bucket/],
    [{ ...bucket, TIFFIN_MAX_UPLOAD_BYTES: String(6 * 1024 ** 3) }, /TIFFIN_MAX_UPLOAD_BYTES/],
  ])('refuses half a bucket, or two places: %j', (variables, why) => {
    expect(() => readConfig(variables as Record<string, string>)).toThrow(why);
  });

  it('names everything that is wrong at once', () => {
    expect(() =>
      readConfig({ TIFFIN_MODEL_LIMIT_MS: 'soon', TIFFIN_MAX_UPLOAD_BYTES: '0', TIFFIN_MANIFEST_LIFETIME_MS: '1' }),
    ).toThrow(/TIFFIN_MAX_UPLOAD_BYTES[^]*TIFFIN_MODEL_LIMIT_MS[^]*TIFFIN_MANIFEST_LIFETIME_MS/);
  });
});

describe('the keys that sign manifests', () => {
  const folder = temporaryFolder('keys');
  const manifest = {
    format: 1 as const,
    audience: 'server',
    revision: 1,
    issuedAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2026-01-02T00:00:00.000Z',
    deployments: [],
  };

  it('are made in dev mode, for their user alone, and found again', async () => {
    const file = join(folder, 'made.json');
    const [key] = await openSigningKeys(file, { make: true });
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(await openSigningKeys(file, { make: false })).toMatchObject([{ keyId: key!.keyId }]);
    const trusted = JSON.parse(readFileSync(`${file}.pub.json`, 'utf8'));
    expect(Object.keys(trusted)).toEqual([key!.keyId]);
    expect(Buffer.from(trusted[key!.keyId], 'base64')).toHaveLength(32);
  });

  it('are not made in production, and must be keys', async () => {
    await expect(openSigningKeys(join(folder, 'none.json'), { make: false })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('made by itself only in dev mode'),
    });
    writeFileSync(join(folder, 'broken.json'), '{"kty":"RSA"}');
    await expect(openSigningKeys(join(folder, 'broken.json'), { make: true })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
  });

  it('sign together while they are rotated', async () => {
    const files = [join(folder, 'old.json'), join(folder, 'new.json')];
    for (const file of files) await openSigningKeys(file, { make: true });
    const both = join(folder, 'both.json');
    writeFileSync(both, JSON.stringify({ keys: files.map((file) => JSON.parse(readFileSync(file, 'utf8'))) }));
    const { payload, signatures } = await signManifest(manifest, await openSigningKeys(both, { make: false }));
    expect(JSON.parse(Buffer.from(payload, 'base64').toString())).toEqual(manifest);
    const trusted = JSON.parse(readFileSync(`${both}.pub.json`, 'utf8'));
    expect(signatures.map(({ keyId }) => keyId)).toEqual(Object.keys(trusted));
    for (const { keyId, signature } of signatures) {
      const key = await crypto.subtle.importKey('raw', Buffer.from(trusted[keyId], 'base64'), 'Ed25519', false, [
        'verify',
      ]);
      const bytes = Buffer.from(payload, 'base64');
      expect(await crypto.subtle.verify('Ed25519', key, Buffer.from(signature, 'base64'), bytes)).toBe(true);
      bytes[3]! ^= 1;
      expect(await crypto.subtle.verify('Ed25519', key, Buffer.from(signature, 'base64'), bytes)).toBe(false);
    }
  });
});
