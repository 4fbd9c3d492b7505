import { FormatError } from '../image/format-error.ts'
import type { Narrowed } from '../image/narrowed.ts'
import { type Platform, platformSlug } from '../image/platform.ts'
import { type Attributes, formatAttributes, parseAttributes } from './attributes.ts'

/** Whose cache it is, and whether other platforms are built beside it. */
export type Whose = Readonly<{ platform: Platform; oneOfMany: boolean }>

/** Attributes that are secrets. */
const KEYS = ['secret_access_key', 'session_token', 'token', 'ghtoken']

/** Reads an entry as buildx does: `type=gha,scope=x`, or nothing but references, which are a registry's. Throws FormatError. */
export function parseCaches(text: string): readonly Attributes[] {
  if (!text.includes('='))
    return text.split(',').map((ref) => new Map(Object.entries({ type: 'registry', ref: ref.trim() })))
  const shown = text.replace(new RegExp(`(${KEYS.join('|')})=[^,]*`, 'gi'), '$1=***')
  const attributes = parseAttributes(text, 'cache', shown)
  if (attributes.get('type')) return [attributes]
  const expected = 'its type and what belongs to it, like type=gha,mode=max, or a reference alone'
  throw new FormatError('cache', shown, expected)
}

/**
 * Gives a cache a name of its own for each platform. Platforms are built one by one, and a cache that all of them
 * export to under one name would keep only the last one's layers. One that is meant for a single platform has its name.
 * A build whose cache cannot be kept is a build all the same, unless the entry says `ignore-error=false`.
 */
export function cacheTo(entry: Narrowed<Attributes>, whose: Whose): string {
  const attributes = named(entry, whose)
  const kept = attributes.get('type') !== 'inline' && !attributes.has('ignore-error')
  return formatAttributes(kept ? new Map([...attributes, ['ignore-error', 'true']]) : attributes)
}

/** The platform's own cache first, then the one named: it may come from elsewhere, and a missing one is no error. */
export function cacheFrom(entry: Narrowed<Attributes>, whose: Whose): readonly string[] {
  return [...new Set([named(entry, whose), entry.value].map(formatAttributes))]
}

/** Keys to a cache's store that stand in an entry itself, and so on a command line. */
export function keysIn(caches: readonly Attributes[]): readonly string[] {
  return caches.flatMap((attributes) => KEYS.flatMap((name) => attributes.get(name) || []))
}

/** The step of a build's log that reads or writes a cache, by its number: `#7 exporting cache to registry`. */
export function cacheStep(line: string): Readonly<{ number: string; writes: boolean }> | undefined {
  const [, number, verb] =
    /^(#\d+) (im|ex)porting (?:inline |content |to GitHub Actions )?cache\b/i.exec(line) ?? []
  return number === undefined ? undefined : { number, writes: verb === 'ex' }
}

/** Why caches were not written, as the log of a build has it that went well all the same. */
export function cachesLost(log: readonly string[]): readonly string[] {
  const steps = log.map(cacheStep).flatMap((step) => (step?.writes ? step.number : []))
  const reasons = log.flatMap((line) => {
    const [, number = '', reason = ''] = /^(#\d+) ERROR: (.*)$/.exec(line) ?? []
    return steps.includes(number) ? reason : []
  })
  return [...new Set(reasons)]
}

/**
 * Why BuildKit began no build at all: a store that it opens first did not open, and then it does not care for
 * `ignore-error`. Azure's is the one that it speaks to there; while that lets it wait, buildx loses patience and the reason.
 */
export function unopenedIn(said: readonly string[]): string | undefined {
  const reasons = said.flatMap((line) => /\bfailed to configure \S+ cache exporter: .*$/.exec(line) ?? [])
  if (reasons.length > 0) return reasons[0]
  const impatient = said.some((line) => /failed to receive status: .*\bno such job\b/.test(line))
  return impatient ? 'BuildKit could not open its store, which azblob caches need before a build' : undefined
}

/** Whether the store did not open since another build was just making it, as happens to two that begin at once: it is there now. */
export function wasJustMade(said: readonly string[]): boolean {
  return said.some((line) => /\bContainerAlreadyExists\b/.test(line))
}

/** Those caches without which there shall be no build. */
export function neededIn(caches: readonly Narrowed<Attributes>[]): readonly Narrowed<Attributes>[] {
  return caches.filter(({ value }) => /^(0|f|false)$/i.test(value.get('ignore-error') ?? ''))
}

function named({ only, value }: Narrowed<Attributes>, { platform, oneOfMany }: Whose): Attributes {
  return oneOfMany && only.length !== 1 ? withOwnName(value, platform) : value
}

function withOwnName(attributes: Attributes, platform: Platform): Attributes {
  const slug = platformSlug(platform)
  const rename = (name: string, change: (text: string) => string, unset = '') => {
    const value = attributes.get(name) ?? unset
    return value === '' ? attributes : new Map([...attributes, [name, change(value)]])
  }
  switch (attributes.get('type')) {
    case 'gha':
      return rename('scope', (scope) => `${scope}-${slug}`, 'buildkit')
    case 's3':
    case 'azblob':
      // They take several names at once.
      return rename('name', (names) => names.replace(/[^;]+/g, (name) => `${name}-${slug}`), 'buildkit')
    case 'registry':
      return rename('ref', (ref) => withTagSuffix(ref, slug))
    case 'local':
      return rename(attributes.has('dest') ? 'dest' : 'src', (path) => `${path.replace(/\/$/, '')}/${slug}`)
    default:
      return attributes
  }
}

function withTagSuffix(ref: string, slug: string): string {
  if (ref.includes('@')) return ref
  const tagged = ref.slice(ref.lastIndexOf('/')).includes(':')
  return `${ref}${tagged ? '' : ':latest'}-${slug}`
}
