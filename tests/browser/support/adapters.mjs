// The adapter that WebGPU finds in Chromium: the same software on every machine, or the machine's own GPU.

const FLAGS = {
  software: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  // Linux: without a window, Vulkan draws nothing on the screen and needs no surface
  // (https://developer.chrome.com/blog/supercharge-web-ai-testing).
  hardware: [
    '--enable-unsafe-webgpu', '--ignore-gpu-blocklist', '--enable-features=Vulkan', '--use-angle=vulkan',
    '--disable-vulkan-surface',
  ],
};

/** Whether tests run on this machine's own GPU, which `ATELIER_ADAPTER=hardware` asks for. */
export const ON_HARDWARE = process.env.ATELIER_ADAPTER === 'hardware';

/** What Chromium is started with to find a `software` or the machine's `hardware` adapter. */
export const adapterFlags = (adapter = ON_HARDWARE ? 'hardware' : 'software') => FLAGS[adapter];
