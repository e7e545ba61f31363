/** A module that the platform has compiled. */
declare module '*.wasm' {
  const compiled: WebAssembly.Module;
  export default compiled;
}
