import type { Follow } from '../../src/system/processes.ts'
import type { Settings } from './world.ts'

/** What bake does to the world beside it. */
type Stage = Readonly<{
  settings: Settings
  did: string[]
  act: (effect: string) => Promise<void>
  read: (path: string) => Promise<string | undefined>
  write: (path: string, text: string) => Promise<void>
  receive: (platform: string) => string
}>

/** A step of a target, which begins and ends. */
function exported(target: string): string {
  const [started, completed] = ['2026-01-01T00:00:01Z', '2026-01-01T00:00:01.010Z']
  const vertex = { digest: `sha256:${target}`, name: `[${target}] exporting to image`, started, completed }
  return JSON.stringify({ vertexes: [vertex] })
}

function partition(lines: readonly string[]): readonly [events: readonly string[], words: readonly string[]] {
  const isEvent = (line: string) => line.startsWith('{')
  return [lines.filter(isEvent), lines.filter((line) => !isEvent(line))]
}

/**
 * `docker buildx bake` with a target for each platform. The effects are those of builds, one by one; the first that fails
 * stops the others, and is named.
 */
export function openBake({ settings, did, act, read, write, receive }: Stage) {
  return async (
    args: readonly string[],
    { onLine, signal }: Pick<Parameters<Follow>[2], 'onLine' | 'signal'>,
  ): Promise<number | undefined> => {
    const after = (option: string) => args[args.indexOf(option) + 1] ?? ''
    const refused = settings.ends?.['bake']
    if (refused) {
      onLine(`ERROR: ${refused.stderr}`)
      return refused.code
    }
    const { target } = JSON.parse((await read(after('--file'))) ?? '')
    const platforms = Object.entries<{ platforms: [string] }>(target).map(
      ([name, { platforms }]) => [name, platforms[0]] as const,
    )
    const end = new AbortController()
    const stop = AbortSignal.any([signal, end.signal])
    const stopped = new Promise<void>((done) => stop.addEventListener('abort', () => done()))
    let code = 0
    await Promise.all(
      platforms.map(async ([name, platform]) => {
        const effect = `build ${platform}`
        const [events, words] = partition(settings.says?.[effect] ?? [])
        for (const line of events) onLine(line)
        await Promise.race([act(effect), stopped])
        if (stop.aborted) return void did.push(`stopped ${platform}`)
        const own = settings.ends?.[effect]?.code ?? 0
        if (own === 0) {
          onLine(exported(name))
          return void did.push(`built ${platform}`)
        }
        for (const line of words)
          onLine(line.replace(/^ERROR: (failed to build: )?/, `ERROR: target ${name}: `))
        if (!words.some((line) => line.startsWith('ERROR: ')))
          onLine(`ERROR: target ${name}: failed to solve`)
        code = own
        end.abort()
      }),
    )
    if (signal.aborted) return undefined
    if (code !== 0) return code
    const made = platforms.map(([name, platform]) => [name, { 'containerimage.digest': receive(platform) }])
    await write(after('--metadata-file'), JSON.stringify(Object.fromEntries(made)))
    return 0
  }
}
