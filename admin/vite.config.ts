import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { mantineStyles } from './mantine-styles.ts';

/** `npm run -w admin dev` serves the sources; the API is the server of `npm start`. */
const API_ORIGIN = process.env['EDE_DEV_API'] ?? 'http://localhost:3000';

export default defineConfig({
  plugins: [react(), mantineStyles()],
  build: {
    target: 'es2022',
    // A sourcemap would be served to everybody.
    sourcemap: false,
    // The content policy allows no data: URL for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        // One file for what many pages use: else each of its parts is a request of its own, and compressed by itself.
        codeSplitting: { groups: [{ name: 'shared', minShareCount: 5 }] },
      },
    },
  },
  server: { proxy: { '/api': API_ORIGIN } },
});
