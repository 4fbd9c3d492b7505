import type { OutputChunk, Plugin } from 'rolldown'

/**
 * All that undici asks of node's own clients: to know a message of theirs, which it never meets here, and one limit;
 * of HTTP/2, which we do not speak, what it takes itself where node was built without it.
 */
const STAND_INS: Readonly<Record<string, string>> = {
  'node:http': 'export class IncomingMessage {}\nexport const maxHeaderSize = 16 * 1024',
  'node:http2': 'export const constants = {}',
}

const WIRE = '/src/registry/transport/transport.ts'
const LOADS_HTTP = /(?:__require\(|^import .*)"(?:node:)?http[s2]?"/m

/**
 * Keeps node:http and node:http2 out of what talks to registries. Whoever imports the first reads its getters, and one of them loads
 * the undici that is inside node; the two were 30 of 190 ms of a merge.
 */
export function withoutHttp(): Plugin {
  return {
    name: 'without-http',
    resolveId: (id, importer) =>
      id in STAND_INS && importer?.includes('/node_modules/undici/') ? `\0${id}` : undefined,
    load: (id) => STAND_INS[id.replace('\0', '')],
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
      const wire = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(WIRE)))
      if (wire === undefined) this.error(`no chunk has ${WIRE}`)
      for (const { fileName, code } of withImports(wire, chunks))
        if (LOADS_HTTP.test(code)) this.error(`${fileName} loads node's http, and so a second undici`)
    },
  }
}

/** All that is loaded with a chunk. */
function withImports(chunk: OutputChunk, chunks: readonly OutputChunk[], seen = new Set<OutputChunk>()) {
  seen.add(chunk)
  for (const other of chunks)
    if (chunk.imports.includes(other.fileName) && !seen.has(other)) withImports(other, chunks, seen)
  return seen
}
