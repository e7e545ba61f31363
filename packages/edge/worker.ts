export { startEdgeWorker, type BrowserNodeOptions, type ModelMode } from '../../edge/adapters/browser/worker.ts';
