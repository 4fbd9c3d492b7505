import { cacheStep, unopenedIn } from './cache.ts'

/** Why a build that has failed may go well the next time, though nobody changes anything. */
export type Mishap = 'the network failed' | 'the emulator crashed' | 'a store of caches did not open'

/**
 * Reads the end of a failed build's log. The exit code of buildx is 1 whatever has happened, so its words have to tell.
 * What a program of the Dockerfile says of networks is left to its author; only what BuildKit itself could not fetch,
 * push or reach counts, and the crash of an emulator.
 */
export function mishapIn(
  said: readonly string[],
  { emulated }: Readonly<{ emulated: boolean }>,
): Mishap | undefined {
  const others = withoutCaches(said)
  const error = others.findIndex((line) => ERROR.test(line))
  const verdict = error < 0 ? [] : others.slice(error)
  if (emulated && (said.some((line) => CRASH.test(line)) || verdict.some((line) => SIGNALLED.test(line))))
    return 'the emulator crashed'
  if (verdict.some((line) => PROGRAM_FAILED.test(line) || QUOTA.test(line))) return undefined
  if (unopenedIn(verdict) !== undefined) return 'a store of caches did not open'
  return verdict.some((line) => NETWORK.some((sign) => sign.test(line))) ? 'the network failed' : undefined
}

/** No build fails for a cache that could not be read or written. */
function withoutCaches(said: readonly string[]): readonly string[] {
  const numbers = said.flatMap((line) => cacheStep(line)?.number ?? [])
  return said.filter((line) => !numbers.some((number) => line.startsWith(`${number} `)))
}

/** BuildKit's own verdict, in its log or behind it; what a program prints has its time before it. */
const ERROR = /^(#\d+ )?(ERROR|error): /

/** As QEMU's linux-user says it (signal.c, cpu_loop.c). */
const CRASH = /\bqemu: (uncaught target signal \d+|unhandled CPU exception)/
/** 128 and the number of SIGSEGV: how a shell tells of a program that an emulator has lost. */
const SIGNALLED = /did not complete successfully: exit code: 139\b/

const PROGRAM_FAILED = /did not complete successfully: exit code/
/** Docker Hub's limit on pulls is one for hours. */
const QUOTA = /pull rate limit/

const NETWORK = [
  // Go's net and net/http
  /\b(connection reset by peer|connection refused|connection timed out|broken pipe|i\/o timeout)\b/i,
  /\b(TLS handshake timeout|unexpected EOF|no route to host|network is unreachable)\b/,
  /\b(use of closed network connection|server misbehaving|http2: server sent GOAWAY)\b/,
  /\b(Client\.Timeout exceeded|request canceled while waiting for connection|stream error: stream ID \d+)\b/,
  /": (EOF|context deadline exceeded)$/,
  // a registry or a proxy before it
  /: (408|429|500|502|503|504|52\d) [A-Z]/,
  // Git and the library under it
  /\b(Could not resolve host|Temporary failure in name resolution|early EOF|RPC failed; (curl|HTTP) \d+)\b/i,
  /\bThe requested URL returned error: (429|5\d\d)\b/,
]
