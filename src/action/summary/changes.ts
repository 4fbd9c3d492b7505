import type { BuildResult } from '../../flows/result.ts'
import type { Previous } from '../../flows/sources/previous.ts'
import { formatPlatform } from '../../image/platform.ts'
import { formatReference, type Repository, sameRepository, type TagRef } from '../../image/reference.ts'
import { code, formatBytes, markdownTable, unbroken } from '../tables.ts'

/** What is other than it was in the image that the tag had before. */
export function changes({ previous, published, platforms }: BuildResult): string {
  if (previous === undefined || published === undefined) return ''
  const tag = code(nameWithin(published.tags[0] ?? previous.tag, previous.tag))
  if (previous.digest === published.index.digest) return `### Changes\n\n${tag} is the same image as before.`
  const now = platforms.map(({ platform, size, image }) => ({
    name: formatPlatform(platform),
    ...{ size, digest: image?.digest },
  }))
  const before = previous.platforms.map((one) => ({ ...one, name: formatPlatform(one.platform) }))
  const rows = [
    ...now.map((one) => {
      const old = before.find(({ name }) => name === one.name)
      return [one.name, bytes(old?.size), bytes(one.size), old ? compare(one, old) : '**added**']
    }),
    ...removed(previous, now).map(({ name, size }) => [name, bytes(size), '–', '**removed**']),
  ]
  const said = `${tag} was ${code(previous.digest)} before.`
  return [
    '### Changes',
    said,
    markdownTable(
      HEADINGS,
      rows.map((row) => row.map(unbroken)),
      HEADINGS.slice(1),
    ),
  ].join('\n\n')
}

/** A tag's name where everybody knows of which repository it is. */
export function nameWithin(repository: Repository, tag: TagRef): string {
  return sameRepository(repository, tag) ? tag.tag : formatReference(tag)
}

const HEADINGS = ['platform', 'pull size before', 'now', 'change']

type Sized = Readonly<{ size: number | undefined; digest: string | undefined }>

function compare(now: Sized, old: Sized): string {
  if (now.digest === old.digest) return 'the same'
  if (now.size === undefined || old.size === undefined) return '–'
  const difference = now.size - old.size
  if (difference === 0) return 'the same size'
  const share = old.size > 0 ? ((difference / old.size) * 100).toFixed(1) : '0.0'
  const percent =
    Number(share) === 0 ? '' : ` (${signed(Number(share), (figure) => `${figure.toFixed(1)} %`)})`
  return `${signed(difference, formatBytes)}${percent}`
}

function signed(figure: number, format: (absolute: number) => string): string {
  return `${figure < 0 ? '−' : '+'}${format(Math.abs(figure))}`
}

function bytes(size: number | undefined): string {
  return size === undefined ? '–' : formatBytes(size)
}

function removed(previous: Previous, now: readonly Readonly<{ name: string }>[]) {
  return previous.platforms
    .map(({ platform, size }) => ({ name: formatPlatform(platform), size }))
    .filter((old) => !now.some(({ name }) => name === old.name))
}
