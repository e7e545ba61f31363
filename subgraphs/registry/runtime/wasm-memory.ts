/** The memories that WebAssembly was given in this thread: ONNX Runtime makes one when its first model is loaded, and does not show it. */
const memories: WebAssembly.Memory[] = [];

WebAssembly.Memory = class extends WebAssembly.Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    super(descriptor);
    memories.push(this);
  }
};

/** How large they have become. They only grow, so it is the peak since the thread began. */
export const wasmMemoryBytes = (): number => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
