import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';

// The licences of everything that is bundled, for the packaged application to carry.
const license = { fileName: 'licences.md' };

/** The development server writes scripts and styles into the page and talks to it; the built page needs none of that. */
const withoutPolicyInDevelopment: Plugin = {
  name: 'without-policy-in-development',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ''),
};

// Everything but the native modules (the only "dependencies" in package.json) is bundled: one file loads faster than a tree of packages, and the packaged
// application carries no node_modules but theirs. Targets are fixed (not taken from the installed Electron), because
// tests may run on Electron 33 while a newer one ships.
export default defineConfig({
  main: {
    build: {
      target: 'node20.18',
      license,
      rollupOptions: {
        input: {
          index: 'src/main/index.ts',
          'desktop-app': 'src/main/desktop-app.ts',
          headless: 'src/main/headless.ts',
          compat: 'src/main/compat/index.ts',
          'library-bench': 'src/main/compat/library-bench/index.ts',
          demo: 'src/main/demo/serve.ts',
          'reader-thread': 'src/main/registry/reader-thread.ts',
          'reading-thread': 'src/main/reading-thread.ts',
          'walking-thread': 'src/main/walking-thread.ts',
          'converting-thread': 'src/main/converting-thread.ts',
          'media-thread': 'src/main/media/media-thread.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node20.18',
      rollupOptions: {
        input: { index: 'src/main/electron/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react(), withoutPolicyInDevelopment],
    build: {
      target: 'chrome130',
      license,
      rollupOptions: { input: { index: 'src/renderer/index.html', poster: 'src/renderer/poster.html' } },
    },
  },
});
