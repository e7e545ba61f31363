import { WorkerEngine } from '../../edge/adapters/node/worker-engine.ts';
import { engineSuite } from './engine.ts';

engineSuite('ort', (loadBytes) => new WorkerEngine(loadBytes, { limitMs: 10_000 }));
