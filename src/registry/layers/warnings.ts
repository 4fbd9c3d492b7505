import type { Note } from '../events.ts'
import type { Layer } from '../wire.ts'

const WARNING = /^299\s+-\s+"((?:[^"\\]|\\.)+)"/

/** Passes on what a registry wants its users to know (distribution-spec, "Warnings"), each text once. */
export function withWarnings(note: Note): Layer {
  const said = new Set<string>()
  return (next) => async (request) => {
    const response = await next(request)
    for (const text of (response.headers['warning'] ?? []).flatMap(readWarning)) {
      if (said.has(text)) continue
      said.add(text)
      note({ kind: 'warning', host: request.host.registry, text })
    }
    return response
  }
}

/** Other codes and agents belong to caches on the way. */
export function readWarning(value: string): readonly string[] {
  const [, text] = WARNING.exec(value.trim()) ?? []
  return text === undefined ? [] : [text.replaceAll(/\\(.)/g, '$1')]
}
