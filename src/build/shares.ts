import type { Event, Output, Vertex } from './events.ts'
import { isStopped } from './transcript.ts'

/** Tells what builds say that are made together apart: each hears what it would hear alone. */
export type Shares = Readonly<{
  /** takes an event; gives what it is to each build that it is about, by the build's name */
  take: (event: Event) => readonly (readonly [name: string, share: Event])[]
  /** the builds that have failed by themselves, where this one has: a failure stops all others */
  failedWith: (name: string) => readonly string[]
}>

/** A step that has gone wrong for a build, though nobody has stopped it. */
type Fault = Readonly<{ name: string; digest: string }>

/** What a step that builds share has printed, for those who hear of its beginning later: so many bytes of it. */
type Printed = Readonly<{ outputs: Output[]; heard: Set<string> }> & { bytes: number }
const KEPT = 64_000

/**
 * Bake puts a build's name into the names of its steps. A step that several builds have is told by each of them under the
 * same digest, but for what it prints: that is told once.
 */
export function openShares(names: readonly string[]): Shares {
  const builds = new Map<string, Set<string>>()
  const printed = new Map<string, Printed>()
  const faults = new Map<string, Fault>()
  return { take, failedWith }

  function take({ vertexes, statuses, logs, warnings }: Event): ReturnType<Shares['take']> {
    const told = vertexes.flatMap((vertex) => (isOfBake(vertex) ? [] : [ownerOf(vertex)]))
    for (const { owners, vertex } of told) for (const name of owners) note(name, vertex)
    const missed = told.flatMap(({ owners, vertex }) =>
      owners.map((name) => [name, begin(name, vertex)] as const),
    )
    // What else is on the line of a build is about that build.
    const speaker = told.find(({ owners }) => owners.length === 1)?.owners
    const concerned = (digest: string) => [...(builds.get(digest) ?? [])]
    const isFor = (name: string) => (about: Readonly<{ vertex: string }>) =>
      (speaker ?? concerned(about.vertex)).includes(name)
    const shares = names.flatMap((name) => {
      const earlier = missed.flatMap(([whose, outputs]) => (whose === name ? outputs : []))
      const share = {
        vertexes: told.flatMap(({ owners, vertex }) => (owners.includes(name) ? vertex : [])),
        statuses: statuses.filter(isFor(name)),
        logs: [...earlier, ...logs.filter(({ vertex }) => printed.get(vertex)?.heard.has(name))],
        warnings: warnings.filter(isFor(name)),
      }
      return Object.values(share).some(({ length }) => length > 0) ? [[name, share] as const] : []
    })
    for (const output of logs) keep(output)
    return shares
  }

  /** The beginning of a step, for one build; gives what others have heard of it by then. */
  function begin(name: string, { digest, started }: Vertex): readonly Output[] {
    if (started === undefined) return []
    const { heard, outputs } = printedBy(digest)
    const isNew = !heard.has(name)
    heard.add(name)
    return isNew ? [...outputs] : []
  }

  function keep(output: Output): void {
    const step = printedBy(output.vertex)
    if (step.heard.size === names.length || step.bytes > KEPT) return
    step.outputs.push(output)
    step.bytes += output.data.length
  }

  function printedBy(digest: string): Printed {
    const step = printed.get(digest) ?? { outputs: [], heard: new Set<string>(), bytes: 0 }
    printed.set(digest, step)
    return step
  }

  /** `[linux-arm64 stage-1 2/3] RUN make` is linux-arm64's `[stage-1 2/3] RUN make`. What is nobody's is everybody's. */
  function ownerOf(vertex: Vertex): Readonly<{ owners: readonly string[]; vertex: Vertex }> {
    const [, word = '', rest, plain = ''] = /^\[(\S+?)(?: (.*)|\] (.*))$/s.exec(vertex.name) ?? []
    if (!names.includes(word)) return { owners: names, vertex }
    return { owners: [word], vertex: { ...vertex, name: rest === undefined ? plain : `[${rest}` } }
  }

  function note(name: string, { digest, error, name: step }: Vertex): void {
    const sharers = builds.get(digest) ?? new Set()
    builds.set(digest, sharers.add(name))
    const key = `${name} ${digest}`
    // No build fails for a cache.
    if (error === '' || isStopped(error) || /^(im|ex)porting .*cache/i.test(step)) faults.delete(key)
    else if (!faults.has(key)) faults.set(key, { name, digest })
  }

  /**
   * The others whose step it is that has failed, and those whose own had failed before. What fails later has been
   * stopped, in whatever words.
   */
  function failedWith(name: string): readonly string[] {
    const all = [...faults.values()]
    const first = all.findIndex((fault) => fault.name === name)
    const own = all.filter((fault) => fault.name === name).map(({ digest }) => digest)
    const others = all.filter(({ digest }, place) => place < first || own.includes(digest))
    return [...new Set([name, ...others.map((fault) => fault.name)])]
  }
}

/** It reads what it is to build, as a step of its own. */
function isOfBake({ name }: Vertex): boolean {
  return name === '[internal] load local bake definitions'
}
