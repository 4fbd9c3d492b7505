import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rig } from './rig.ts'

/** A folder with this Dockerfile and nothing else, and the inputs to build it on the bench. */
export async function project(...dockerfile: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-project-'))
  await writeFile(join(folder, 'Dockerfile'), ['ARG BASE', 'FROM $BASE', ...dockerfile, ''].join('\n'))
  return {
    folder,
    inputs: { ...rig.inputs, context: folder, 'build-args': `BASE=${rig.baseImage}` },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
