import { FormatError } from '../image/format-error.ts'

/** A version of buildx, like `v0.30.1` or `0.31.0-rc1`. What follows a plus only tells who has packed it. */
export type Version = Readonly<{ numbers: Numbers; preview: string }>
type Numbers = readonly [major: number, minor: number, patch: number]

/** Which version is wanted. `text` is what the user wrote. */
export type VersionWish = Readonly<{ text: string }> &
  (
    | Readonly<{ kind: 'latest' }>
    | Readonly<{ kind: 'exact'; version: Version }>
    /** one of several lists of spans, all of whose spans a version must be in */
    | Readonly<{ kind: 'range'; either: readonly (readonly Span[])[] }>
  )

/** From a version on, up to another that is not of it. */
type Span = Readonly<{ from: Numbers; below?: Numbers }>

/** Undefined where it is no version, as of a buildx that somebody has built without one. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch, preview = ''] =
    /^v?(\d+)\.(\d+)\.(\d+)(?:-([\w.-]+))?(?:\+[\w.-]+)?$/.exec(text.trim()) ?? []
  if (major === undefined) return undefined
  return { numbers: [Number(major), Number(minor), Number(patch)], preview }
}

export function formatVersion({ numbers, preview }: Version): string {
  return `v${numbers.join('.')}${preview === '' ? '' : `-${preview}`}`
}

/** `v0.30.1`, `latest`, or a range as npm has them, like `~0.30` or `>=0.29 <0.31 || 0.36.x`. Throws FormatError. */
export function parseVersionWish(given: string): VersionWish {
  const text = given.trim()
  if (text === 'latest') return { kind: 'latest', text }
  const version = parseVersion(text)
  if (version !== undefined) return { kind: 'exact', text, version }
  const parts = text.split('||').map((part) => part.trim().replaceAll(/([<>=~^])\s+/g, '$1'))
  return { kind: 'range', text, either: parts.map((part) => part.split(/\s+/).map(readSpan)) }

  function readSpan(word: string): Span {
    const span = spanOf(word)
    if (span !== undefined) return span
    throw new FormatError('version', text, 'latest, a version like v0.30.1, or a range like ~0.30 or >=0.29')
  }
}

/** Whether a version is what is wanted. No range wants previews; `latest` is known by those who know all versions. */
export function satisfies(version: Version, wish: VersionWish): boolean {
  switch (wish.kind) {
    case 'latest':
      return false
    case 'exact':
      return formatVersion(version) === formatVersion(wish.version)
    case 'range':
      return version.preview === '' && wish.either.some((spans) => spans.every(holds))
  }

  function holds({ from, below }: Span): boolean {
    return compare(version.numbers, from) >= 0 && (below === undefined || compare(version.numbers, below) < 0)
  }
}

/** The newest of those that are wanted; of all that are no previews, where `latest` is. */
export function newest(versions: readonly Version[], wish: VersionWish): Version | undefined {
  const wanted = versions.filter((one) =>
    wish.kind === 'latest' ? one.preview === '' : satisfies(one, wish),
  )
  return wanted.toSorted((a, b) => compare(a.numbers, b.numbers)).at(-1)
}

/** Whether a version comes before another, whatever follows their numbers. */
export function isOlder(version: Version, than: Version): boolean {
  return compare(version.numbers, than.numbers) < 0
}

function compare(a: Numbers, b: Numbers): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}

/** What a word like `~0.30` or `>=0.29.1` spans. Numbers that are left out, or an x, may be any. */
function spanOf(word: string): Span | undefined {
  const [, operator, ...texts] =
    /^(|~|\^|=|<|<=|>|>=)v?(\d+|[x*])(?:\.(\d+|[x*]))?(?:\.(\d+|[x*]))?$/.exec(word) ?? []
  if (operator === undefined) return undefined
  const known = texts.filter((text) => /^\d/.test(text ?? '')).map(Number)
  if (texts.slice(0, known.length).some((text) => !/^\d/.test(text))) return undefined // like 1.x.3
  if (known.length === 0) return operator === '<' || operator === '>' ? NOTHING : { from: ZERO }
  const [major = 0, minor = 0, patch = 0] = known
  const first: Numbers = [major, minor, patch]
  const next = after(first, known.length)
  switch (operator) {
    case '>=':
      return { from: first }
    case '<':
      return { from: ZERO, below: first }
    case '>':
      return { from: next }
    case '<=':
      return { from: ZERO, below: next }
    case '~':
      return { from: first, below: after(first, Math.min(known.length, 2)) }
    case '^':
      return { from: first, below: after(first, known.findIndex((number) => number > 0) + 1 || known.length) }
    default:
      return { from: first, below: next }
  }
}

const ZERO: Numbers = [0, 0, 0]
const NOTHING: Span = { from: ZERO, below: ZERO }

/** The first version that differs from this one within so many of its numbers, and comes after it. */
function after([major, minor, patch]: Numbers, count: number): Numbers {
  if (count <= 1) return [major + 1, 0, 0]
  return count === 2 ? [major, minor + 1, 0] : [major, minor, patch + 1]
}
