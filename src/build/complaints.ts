import type { Log, Place } from '../system/log.ts'
import type { Warning } from './events.ts'
import { placeOf } from './place.ts'
import type { Dockerfile } from './plan.ts'

/** What a build check complains about, for the one who wrote the Dockerfile. */
export type Complaint = Readonly<{
  /** the name of the check, like `WorkdirRelativePath`; empty where it has none */
  rule: string
  text: string
  /** where the check is explained; empty where nowhere */
  url: string
  place?: Place
}>

/** A warning of BuildKit, and the Dockerfile that was built. */
export type Heard = Readonly<{ warning: Warning; recipe: Dockerfile }>

/** Each complaint once, though several platforms' builds make it; in the order of the lines that they are about. */
export function complaintsOf(heard: readonly Heard[]): readonly Complaint[] {
  const complaints = heard.map(({ warning, recipe }): Complaint => {
    const place = placeOf(warning, recipe)
    const [, rule = '', said = warning.short] = /^(\w+): (.*)$/s.exec(warning.short) ?? []
    const text = place ? said.replace(/ \(line \d+\)$/, '') : said
    return { rule, text, url: warning.url, ...(place && { place }) }
  })
  const unique = new Map(complaints.map((complaint) => [JSON.stringify(complaint), complaint]))
  return [...unique.values()].toSorted((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0))
}

/** GitHub shows ten warnings of a step, and others have something to say as well. */
const MOST = 8

/** Writes them on the run's page, beside the lines that they are about. What is too much is put into one. */
export function tellComplaints(complaints: readonly Complaint[], log: Pick<Log, 'warn'>): void {
  for (const { rule, text, url, place } of complaints.slice(0, MOST))
    log.warn([text, url].filter(Boolean).join('\n'), { ...(rule && { title: rule }), ...place })
  const others = complaints.slice(MOST)
  if (others.length === 0) return
  const list = others.map(({ rule, text, place }) => `${place ? `line ${place.line}: ` : ''}${rule || text}`)
  log.warn(list.join('\n'), { title: `${others.length} more complaints of the build checks` })
}
