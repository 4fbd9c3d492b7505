import { defineConfig } from 'rolldown'
import { artifactClient } from './script/artifact-client.ts'
import { licenses } from './script/licenses.ts'
import { withoutHttp } from './script/without-http.ts'

/**
 * Not minified, so that what ships can be read and reviewed. Packages are taken to have no side effects, so what is
 * not used of them falls out; undici's modules need each other's.
 */
export default defineConfig({
  input: { main: 'src/main.ts', post: 'src/post.ts' },
  platform: 'node',
  treeshake: { moduleSideEffects: (id) => !id.includes('/node_modules/') || id.includes('/undici/') },
  plugins: [licenses(), withoutHttp(), artifactClient()],
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name].mjs',
  },
})
