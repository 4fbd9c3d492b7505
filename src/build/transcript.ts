import type { Status } from './events.ts'
import type { Step } from './steps.ts'

/** The log of a build as `--progress plain` would have it, but each step whole: steps that ran side by side never mix. */
export function transcript(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step, place) => [...(place > 0 ? [''] : []), ...stepLines(step)])
}

export function stepLines(step: Step): readonly string[] {
  const { name, startedAt, printed } = step
  const lines = [
    name,
    ...[...step.statuses.values()].map(statusLine),
    ...step.warnings.map(({ short }) => `WARN: ${short}`),
    ...printed.lines().map(({ text, at }) => `${seconds(at - startedAt, 3)} ${text}`),
    endOf(step),
  ]
  return lines.flatMap((line) => line.split('\n')).map((line) => `#${step.number} ${line}`)
}

function endOf({ milliseconds, cached, error }: Step): string {
  if (error !== '') return isStopped(error) ? 'CANCELED' : `ERROR: ${error}`
  if (milliseconds === undefined) return 'CANCELED'
  return cached ? 'CACHED' : `DONE ${seconds(milliseconds, 1)}s`
}

/** How BuildKit says that the step itself is not to blame. */
export function isStopped(error: string): boolean {
  return error.endsWith('context canceled')
}

function statusLine({ id, current, total, started, completed }: Status): string {
  const bytes = [current, total].filter((figure) => figure > 0).map(formatSize)
  const took = completed !== undefined && started !== undefined ? completed - started : 0
  return [
    id,
    total > 0 ? bytes.join(' / ') : (bytes[0] ?? ''),
    took >= 50 ? `${seconds(took, 1)}s` : '',
    completed === undefined ? '' : 'done',
  ]
    .filter(Boolean)
    .join(' ')
}

/** BuildKit's own spelling: 30B, 1.10MB. */
function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = Math.max(
    0,
    units.findLastIndex((_, step) => bytes >= 1000 ** step),
  )
  return `${step === 0 ? bytes : (bytes / 1000 ** step).toFixed(2)}${units[step]}`
}

function seconds(milliseconds: number, digits: number): string {
  return (Math.max(0, milliseconds) / 1000).toFixed(digits)
}
