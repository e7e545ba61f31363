import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningEdge } from '../../edge/adapters/node/main.ts';
import { TestControlPlane } from './support/control-plane.ts';
import { edgeHere, edgePlace, post, until, type EdgePlace } from './support/edge-process.ts';

/**
 * What the registry signed, and what the edge answered, when documents were of format 1: kept as bytes, since the law
 * is that a node reads the format before its own. Never made anew.
 */
const FIXTURE = fileURLToPath(new URL('./fixtures/format-1/', import.meta.url));
const fixture = (name: string): any => JSON.parse(readFileSync(join(FIXTURE, name), 'utf8'));
const answers: readonly { request: object; answer: any }[] = fixture('answers.json');
const path = '/v1/predict/fraud-decision';

let control: TestControlPlane;
let place: EdgePlace;
let edge: RunningEdge | undefined;

beforeEach(async () => {
  control = await TestControlPlane.start();
  place = edgePlace(control);
  writeFileSync(place.env['TIFFIN_TRUSTED_KEYS_FILE']!, JSON.stringify(fixture('trusted-keys.json')));
});
afterEach(async () => {
  await edge?.stop();
  edge = undefined;
  await control.down();
  place.remove();
});

const serves = (): Promise<unknown> =>
  until('it serves', async () => (await post(edge!.url, path, answers[0]!.request)).status === 200);

async function expectTheSameAnswers(): Promise<void> {
  expect(answers.length).toBe(16);
  for (const { request, answer } of answers) {
    const { status, body } = await post(edge!.url, path, request);
    expect(status).toBe(200);
    const { modelVersion, score, ...rest } = answer;
    expect(body).toMatchObject({ ...rest, score, models: [{ version: modelVersion, score }] });
  }
}

describe('documents of format 1', () => {
  it('are fetched, verified and served with the answers that they gave', { timeout: 120_000 }, async () => {
    const blobs = new Map(
      readdirSync(join(FIXTURE, 'blobs')).map((digest) => [digest, readFileSync(join(FIXTURE, 'blobs', digest))]),
    );
    control.addBlobs({ blobs });
    control.faults.envelope = fixture('manifest.json');
    edge = await edgeHere(place);
    await serves();
    await expectTheSameAnswers();
    // Its thread loads a runtime of its own.
    await until(
      'the shadow is ready and scores',
      async () => {
        await post(edge!.url, path, answers[0]!.request);
        return control.shadows.size > 0;
      },
      90_000,
    );
    expect(control.invalid).toEqual([]);
  });

  it('are served from the folder of a node that held them, with no control plane there', async () => {
    await control.down();
    const data = place.env['TIFFIN_EDGE_DATA_DIR']!;
    mkdirSync(data, { recursive: true });
    cpSync(join(FIXTURE, 'held.json'), join(data, 'held.json'));
    cpSync(join(FIXTURE, 'blobs'), join(data, 'blobs'), { recursive: true });
    edge = await edgeHere(place);
    await serves();
    await expectTheSameAnswers();
  });
});
