import type { BuilderPlan, BuilderWorld, MadeBuilder } from '../../src/builder/builder.ts'
import type { MadeContext } from '../../src/builder/tls-context.ts'
import type { Environment, Finished, Run } from '../../src/system/processes.ts'
import { SPEC } from '../fakes/world.ts'

export const PLAN: BuilderPlan = {
  ...SPEC,
  ...{ name: 'multiarch-1', tls: undefined, certificates: new Map() },
  ...{ job: undefined, at: ['', 'default'] },
  ...{ folder: '/own/buildx', usersFolder: '/home/octo/.docker/buildx' },
}

export const CREATE = 'docker buildx create --name multiarch-1 --driver docker-container'
export const IMAGE = '--driver-opt image=moby/buildkit:buildx-stable-1'

type Answers = Readonly<Record<string, Partial<Finished>>>

/** A world of literals; commands are answered by how they begin, and everything is noted in order. */
export function world(answers: Answers = {}, there: readonly string[] = [], listed: readonly string[] = []) {
  const did: string[] = []
  const environments: (Environment | undefined)[] = []
  const run: Run = (program, args, options) => {
    const command = [program, ...args].join(' ')
    did.push(command)
    environments.push(options?.env)
    const [, answer = {}] = Object.entries(answers).find(([begin]) => command.startsWith(begin)) ?? []
    for (const line of answer.stdout?.split('\n') ?? []) options?.onLine?.(line, 'stdout')
    for (const line of answer.stderr?.split('\n') ?? []) options?.onLine?.(line, 'stderr')
    return Promise.resolve({ code: 0, stdout: '', stderr: '', ...answer })
  }
  const files: BuilderWorld['files'] = {
    read: () => Promise.resolve(undefined),
    list: () => Promise.resolve(listed),
    exists: (path) => Promise.resolve(there.includes(path)),
    write: (path, text) => Promise.resolve(void did.push(`write ${path}: ${text}`)),
    makeFolder: () => Promise.resolve(),
    link: (target, path) => Promise.resolve(void did.push(`link ${target} as ${path}`)),
  }
  const said: string[] = []
  const note = (entry: MadeBuilder | MadeContext) =>
    did.push(`note ${entry.kind} ${entry.name}${'env' in entry ? ` in ${entry.env['BUILDX_CONFIG']}` : ''}`)
  const fetchImage = (image: string) => {
    did.push(`fetch ${image}`)
    return Promise.resolve(`m.io/${image}`)
  }
  return { run, files, note, fetchImage, say: (line: string) => said.push(line), did, said, environments }
}

export const NOTE = 'note builder multiarch-1 in /own/buildx'
