import { readFileSync } from 'node:fs'

/** What a process has taken by now, as the kernel counts it. */
export type Usage = Readonly<{
  /** the most memory that was ever resident, in bytes */
  memory: number
  /** of all its threads, in the kernel too, in milliseconds */
  processor: number
}>

/** The kernel counts processor time in hundredths of a second, whatever the machine (USER_HZ). Milliseconds. */
const TICK = 10

/** Looks every 20 ms, until it is asked for what it saw last. */
export function watchUsage(pid: number): () => Usage {
  let usage: Usage = { memory: 0, processor: 0 }
  const look = () => {
    usage = usageOf(pid) ?? usage
  }
  const timer = setInterval(look, 20)
  look()
  return () => {
    clearInterval(timer)
    return usage
  }
}

function usageOf(pid: number): Usage | undefined {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    // The name of the program comes second, in parentheses, and may have spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    if (kibibytes === undefined) return undefined
    return { memory: Number(kibibytes) * 1024, processor: (Number(fields[11]) + Number(fields[12])) * TICK }
  } catch {
    return undefined // It has ended.
  }
}
