import { defineConfig, type RolldownOptions } from 'rolldown'
import { artifactClient } from './script/artifact-client.ts'
import { licenses } from './script/licenses.ts'
import { withoutHttp } from './script/without-http.ts'

/**
 * Not minified, so that what ships can be read and reviewed. Packages are taken to have no side effects, so what is
 * not used of them falls out; undici's modules need each other's.
 */
const SHIPPED: RolldownOptions = {
  platform: 'node',
  treeshake: { moduleSideEffects: (id) => !id.includes('/node_modules/') || id.includes('/undici/') },
}

const FILES = { dir: 'dist', format: 'esm', entryFileNames: '[name].mjs' } as const

export default defineConfig([
  {
    ...SHIPPED,
    input: { main: 'src/main.ts' },
    plugins: [licenses(), withoutHttp(), artifactClient()],
    output: { ...FILES, cleanDir: true, chunkFileNames: '[name].mjs' },
  },
  // One small file of its own, without what main alone needs of the same modules: most jobs have next to nothing to tidy up.
  { ...SHIPPED, input: { post: 'src/post.ts' }, output: { ...FILES, chunkFileNames: 'post-[name].mjs' } },
])
