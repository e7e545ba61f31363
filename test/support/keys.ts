import { NODE_SCOPES } from '../../core/scopes.ts';
import { SCOPES, type Scope } from '../../subgraphs/shared/auth/actor.ts';
import { KeyRing, sha256OfKey, StoredKeys } from '../../subgraphs/shared/auth/key-ring.ts';

const keyOf = (name: string): string => `test-key-${name}`;

const DEVICE_SCOPES: readonly Scope[] = ['edge:predict', 'edge:deliver', 'feature:read', 'monitoring:ingest'];

/** A ring with one key per scope, and per scope one key that holds every other. */
export const testKeys = {
  ring: new KeyRing(
    StoredKeys.parse([
      ...SCOPES.flatMap((scope) => [
        {
          id: `with-${scope}`,
          sha256: sha256OfKey(keyOf(`with-${scope}`)),
          scopes: [scope],
          trust: 'server',
          owner: 'user:owner',
        },
        {
          id: `without-${scope}`,
          sha256: sha256OfKey(keyOf(`without-${scope}`)),
          scopes: SCOPES.filter((other) => other !== scope),
          trust: 'server',
          owner: 'user:owner',
        },
      ]),
      {
        id: 'node/edge-1/1',
        sha256: sha256OfKey(keyOf('node')),
        scopes: [...NODE_SCOPES],
        trust: 'server',
        node: 'edge-1',
      },
      { id: 'device', sha256: sha256OfKey(keyOf('device')), scopes: DEVICE_SCOPES, trust: 'device' },
      {
        id: 'evaluating',
        sha256: sha256OfKey(keyOf('evaluating')),
        scopes: ['experiment:evaluate', 'monitoring:ingest'],
        trust: 'device',
      },
      {
        id: 'evaluating-told',
        sha256: sha256OfKey(keyOf('evaluating-told')),
        scopes: ['experiment:evaluate'],
        trust: 'device',
        endpoints: ['told'],
      },
    ]),
  ),
  /** The key that the node edge-1 has enrolled. */
  node: keyOf('node'),
  /** A public key in an app. */
  device: keyOf('device'),
  /** A public key in an app that evaluates experiments by itself. */
  evaluating: keyOf('evaluating'),
  /** Such a key for the endpoint "told" alone. */
  evaluatingTold: keyOf('evaluating-told'),
  with: (scope: Scope): string => keyOf(`with-${scope}`),
  without: (scope: Scope): string => keyOf(`without-${scope}`),
};
