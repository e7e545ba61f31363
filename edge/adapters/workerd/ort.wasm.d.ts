declare const compiled: WebAssembly.Module;
export default compiled;
