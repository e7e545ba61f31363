import { OrtEngine } from '../../edge/engines/ort-engine.ts';
import { engineSuite } from './engine.ts';

engineSuite('ort', (loadBytes) => new OrtEngine(loadBytes));
