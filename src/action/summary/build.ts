import type { Complaint } from '../../build/complaints.ts'
import type { BuildResult, PartResult, PlatformResult } from '../../flows/result.ts'
import type { Digest } from '../../image/digest.ts'
import { formatPlatform } from '../../image/platform.ts'
import { formatReference, formatRepository, type Repository } from '../../image/reference.ts'
import { formatDuration } from '../../system/clock.ts'
import { PLATFORM_HEADINGS, platformCells } from '../results/build.ts'
import { exceptions } from '../results/exceptions.ts'
import { code, factSheet, markdownTable, unbroken } from '../tables.ts'
import { changes, nameWithin } from './changes.ts'
import { block, folded, page, plain } from './page.ts'
import { timeline } from './timeline.ts'

/** The page of a build: first what most want to know, then how it came to be. */
export function buildSummary(result: BuildResult): string {
  const { platforms } = result
  const home = homeOf(result)
  return page(
    heading(result),
    platformTable(platforms),
    ...exceptions(result),
    pull(result),
    deliveries(result),
    changes(result),
    ...insights(result),
    home && digests(home, platforms),
    footer(result),
  )
}

/** The page of one job of a matrix: there is no image yet, and so no tag. */
export function partSummary(result: PartResult): string {
  const { record, platforms } = result
  const { repository } = record.image
  return page(
    `## Part of ${formatRepository(repository)}`,
    platformTable(platforms),
    ...exceptions(result),
    ...insights(result),
    digests(repository, platforms),
    footer(result),
  )
}

/** Where the image is; undefined where it is in no registry. */
function homeOf({ published }: BuildResult): Repository | undefined {
  return published?.tags[0] ?? published?.untagged
}

function heading(result: BuildResult): string {
  const { published } = result
  const home = homeOf(result)
  if (published === undefined || home === undefined) return '## Built, not pushed'
  const facts = factSheet([
    ['digest', code(published.index.digest)],
    ['tags', published.tags.map((tag) => code(nameWithin(home, tag))).join(', ')],
  ])
  return `## ${formatRepository(home)}\n\n${facts}`
}

function pull(result: BuildResult): string {
  const { published } = result
  const home = homeOf(result)
  if (published === undefined || home === undefined) return ''
  const byTag = published.tags.slice(0, 1).map((tag) => `docker pull ${formatReference(tag)}`)
  return block('sh', [...byTag, byDigest(home, published.index.digest)])
}

/** What has become of it beside the push. */
function deliveries({ delivered = [] }: BuildResult): string {
  if (delivered.length === 0) return ''
  const rows = delivered.map(({ type, dest, names, digest }) => [
    type,
    dest ? code(dest) : names.map(code).join(', ') || '–',
    digest ? code(shortDigest(digest)) : '–',
  ])
  return `### Results\n\n${markdownTable(['exporter', 'where', 'digest'], rows)}`
}

function platformTable(platforms: readonly PlatformResult[]): string {
  const rows = platforms.map((one) => [
    ...platformCells(one).map(unbroken),
    one.proofs?.join(', ') || '–',
    one.image ? code(shortDigest(one.image.digest)) : '–',
  ])
  return markdownTable([...PLATFORM_HEADINGS, 'attested', 'digest'], rows, [
    'built in',
    'cached',
    'pull size',
  ])
}

/** As docker shortens one: twelve digits. */
function shortDigest(digest: Digest): string {
  return digest.replace(/^.*:/, '').slice(0, 12)
}

function insights({ stages, platforms, complaints }: BuildResult | PartResult): readonly string[] {
  return [`### Timeline\n\n${timeline(stages, platforms)}`, slowest(platforms), complaintList(complaints)]
}

const SLOWEST = 6

/** A row for each step, a column for each platform: what emulation costs is seen at a glance. */
function slowest(platforms: readonly PlatformResult[]): string {
  const measured = platforms.filter(({ steps }) => steps !== undefined && steps.slowest.length > 0)
  const times = measured.map(({ steps }) => Map.groupBy(steps?.slowest ?? [], ({ name }) => name))
  const longest = (name: string) => Math.max(...times.map((own) => own.get(name)?.[0]?.milliseconds ?? 0))
  const names = [...new Set(times.flatMap((own) => [...own.keys()]))]
    .toSorted((a, b) => longest(b) - longest(a))
    .slice(0, SLOWEST)
  if (names.length === 0) return ''
  const columns = measured.map(({ platform }) => formatPlatform(platform))
  const rows = names.map((name) => [
    code(name),
    ...times.map((own) => {
      const [step] = own.get(name) ?? []
      return step ? unbroken(formatDuration(step.milliseconds)) : ''
    }),
  ])
  return `### Slowest steps\n\n${markdownTable(['step', ...columns], rows, columns)}`
}

function complaintList(complaints: readonly Complaint[]): string {
  if (complaints.length === 0) return ''
  const rows = complaints.map(({ rule, text, url, place }) => [
    place ? code(`${place.file}:${place.line}`) : '–',
    url === '' ? rule : `[${rule || 'more'}](${url})`,
    plain(text),
  ])
  const title = complaints.length === 1 ? '1 complaint' : `${complaints.length} complaints`
  return folded(`${title} of the build checks`, markdownTable(['where', 'check', 'what it says'], rows))
}

function digests(repository: Repository, platforms: readonly PlatformResult[]): string {
  const lines = platforms.flatMap(({ platform, image }) =>
    image ? [`# ${formatPlatform(platform)}`, byDigest(repository, image.digest)] : [],
  )
  return lines.length === 0 ? '' : folded('Pull one platform by its digest', block('sh', lines))
}

function byDigest(repository: Repository, digest: Digest): string {
  return `docker pull ${formatReference({ ...repository, digest })}`
}

function footer({ builder, tools }: BuildResult | PartResult): string {
  return `<sub>Builder ${builder.name} (${builder.driver}), BuildKit ${tools.buildkit}, buildx ${tools.buildx}${tools.engine ? `, Docker ${tools.engine}` : ''}.</sub>`
}
