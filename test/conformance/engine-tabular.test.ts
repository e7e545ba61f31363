import { TabularEngine } from '../../edge/engines/tabular-engine.ts';
import { engineSuite } from './engine.ts';

engineSuite('tabular', (loadBytes) => new TabularEngine(loadBytes));
