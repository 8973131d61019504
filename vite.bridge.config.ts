import { defineConfig } from 'vite';

// The stdio bridge is one file of its own: clients run it with whatever Node they have, from outside the archive or out
// of a bundle. It has Node's modules and no packages.
export default defineConfig({
  build: {
    ssr: 'src/bridge/index.ts',
    outDir: 'out/bridge',
    target: 'node20.18',
    rollupOptions: { output: { format: 'cjs', entryFileNames: 'stdio.cjs' } },
  },
});
