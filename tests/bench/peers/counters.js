// Counts what a worker asks of WebGPU, by wrapping the methods through which everything goes. It runs
// before the code that it counts; `atelierCounters()` tells the sums since the worker began.

(() => {
  const counts = {
    dispatches: 0,
    submissions: 0,
    commandBuffers: 0,
    computePasses: 0,
    buffersCreated: 0,
    bindGroupsCreated: 0,
    pipelinesCreated: 0,
    copies: 0,
    maps: 0,
    bytesUploaded: 0,
    gpuBytesAlive: 0,
  };
  globalThis.atelierCounters = () => ({ ...counts, wasmBytes: wasmBytes() });

  // WebAssembly's memories: those that a module brings, and those that it is given.
  const memories = new Set();
  const wasmBytes = () => [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  const keepMemories = (exports) => {
    for (const value of Object.values(exports ?? {})) {
      if (value instanceof WebAssembly.Memory) memories.add(value);
    }
  };
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      keepMemories((made.instance ?? made).exports);
      return made;
    };
  }
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct(Memory, given) {
      const memory = new Memory(...given);
      memories.add(memory);
      return memory;
    },
  });

  if (typeof GPUDevice === 'undefined') return;

  /** Calls `note` with the receiver, the result and the arguments of every call. */
  const watch = (type, method, note) => {
    const original = type.prototype[method];
    if (!original) return;
    type.prototype[method] = function watched(...given) {
      const result = original.apply(this, given);
      note(this, result, given);
      return result;
    };
  };
  const count = (type, method, name) => watch(type, method, () => { counts[name] += 1; });

  count(GPUComputePassEncoder, 'dispatchWorkgroups', 'dispatches');
  count(GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', 'dispatches');
  count(GPUCommandEncoder, 'beginComputePass', 'computePasses');
  count(GPUCommandEncoder, 'copyBufferToBuffer', 'copies');
  count(GPUDevice, 'createBindGroup', 'bindGroupsCreated');
  count(GPUDevice, 'createComputePipeline', 'pipelinesCreated');
  count(GPUDevice, 'createComputePipelineAsync', 'pipelinesCreated');
  count(GPUBuffer, 'mapAsync', 'maps');
  watch(GPUQueue, 'submit', (queue, result, [buffers]) => {
    counts.submissions += 1;
    counts.commandBuffers += buffers.length ?? 0;
  });
  watch(GPUQueue, 'writeBuffer', (queue, result, [, , data, from = 0, size]) => {
    // Offset and size are in elements of a typed array, in bytes otherwise.
    const unit = data.BYTES_PER_ELEMENT ?? 1;
    counts.bytesUploaded += size === undefined ? data.byteLength - from * unit : size * unit;
  });

  // A buffer's bytes are alive until it is destroyed, or collected without having been.
  const alive = new WeakMap();
  const collected = new FinalizationRegistry((entry) => release(entry));
  const release = (entry) => {
    counts.gpuBytesAlive -= entry.bytes;
    entry.bytes = 0;
  };
  watch(GPUDevice, 'createBuffer', (device, buffer) => {
    counts.buffersCreated += 1;
    counts.gpuBytesAlive += buffer.size;
    const entry = { bytes: buffer.size };
    alive.set(buffer, entry);
    collected.register(buffer, entry);
  });
  watch(GPUBuffer, 'destroy', (buffer) => {
    if (alive.has(buffer)) release(alive.get(buffer));
  });
  // What is mapped in order to be read is no upload.
  watch(GPUBuffer, 'getMappedRange', (buffer, range) => {
    if (!(buffer.usage & GPUBufferUsage.MAP_READ)) counts.bytesUploaded += range.byteLength;
  });
})();
