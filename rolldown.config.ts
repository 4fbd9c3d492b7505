import { defineConfig } from 'rolldown'

/** Not minified, so that what ships can be read and reviewed. Packages that are not used fall out whole. */
export default defineConfig({
  input: { main: 'src/main.ts', post: 'src/post.ts' },
  platform: 'node',
  treeshake: { moduleSideEffects: (id) => !id.includes('node_modules') || id.includes('/undici/') },
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name].mjs',
  },
})
