import { resolve } from 'node:path'
import type { Plugin } from 'rolldown'

/** What its packages say, and what ships instead. */
const AMENDED: readonly (readonly [file: string, says: string, instead: string])[] = [
  // Azure's client forgets what follows a second "=" of a parameter. GitHub's signatures have none; those of nektos/act
  // end in one, and it checks them (its issue 6114).
  ['/@azure/core-client/dist/esm/urlHelpers.js', 'pair.split("=", 2)', 'pair.split(/=(.*)/s, 2)'],
  // Node warns of these, once in every log.
  ['/unzip-stream/lib/unzip-stream.js', "new Buffer('')", 'Buffer.alloc(0)'],
  ['/unzip-stream/lib/unzip-stream.js', 'new Buffer(4)', 'Buffer.alloc(4)'],
  ['/unzip-stream/lib/matcher-stream.js', "new Buffer('')", 'Buffer.alloc(0)'],
]

const IMPORTERS = /\/node_modules\/(@actions\/artifact|@actions\/http-client|binary)\//
const QUIET = resolve(import.meta.dirname, 'artifact-log.ts')

/**
 * What it never comes to here, and what is in its place. Artifacts of other runs are GitHub's API's, with all of Octokit.
 * The package buffers is for streams of binary data; it names no licence. Undici is for fetch() through a proxy, which
 * Octokit alone asks for: whatever downloads artifacts, or tools, goes through node's own client.
 */
const NEVER_USED = new Map([
  ['@actions/github', 'export const getOctokit = undefined'],
  ['@actions/github/lib/utils', 'export const defaults = {}'],
  ['@octokit/plugin-retry', 'export const retry = undefined'],
  ['@octokit/plugin-request-log', 'export const requestLog = undefined'],
  ['buffers', 'export {}'],
  ['undici', 'export const ProxyAgent = undefined'],
])

/** GitHub's artifact client as it ships: it says what it does only to those who debug, and gets on with other servers. */
export function artifactClient(): Plugin {
  const done = new Set<string>()
  return {
    name: 'artifact-client',
    resolveId: (id, importer) => {
      if (!IMPORTERS.test(importer ?? '')) return undefined
      if (id === '@actions/core') return QUIET
      return NEVER_USED.has(id) ? `\0unused:${id}` : undefined
    },
    load: (id) => NEVER_USED.get(id.replace('\0unused:', '')),
    transform(code, id) {
      const amended = AMENDED.filter(([file, says]) => id.endsWith(file) && code.includes(says))
      for (const one of amended) done.add(one.join())
      return amended.reduce((text, [, says, instead]) => text.replaceAll(says, instead), code)
    },
    generateBundle() {
      for (const one of AMENDED)
        if (!done.has(one.join()))
          this.error(`no ${one[0]} says ${one[1]}: run "npm ci", or see script/artifact-client.ts`)
    },
  }
}
