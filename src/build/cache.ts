import type { Narrowed } from '../image/narrowed.ts'
import { type Platform, platformSlug } from '../image/platform.ts'
import { type Attributes, formatAttributes } from './attributes.ts'

/** Whose cache it is, and whether other platforms are built beside it. */
export type Whose = Readonly<{ platform: Platform; oneOfMany: boolean }>

/**
 * Gives a cache a name of its own for each platform. Platforms are built one by one, and a cache that all of them
 * export to under one name would keep only the last one's layers. One that is meant for a single platform has its name.
 * A build whose cache cannot be kept is a build all the same, unless the entry says `ignore-error=false`.
 */
export function cacheTo(entry: Narrowed<string>, whose: Whose): string {
  const attributes = named(entry, whose)
  const kept = attributes.get('type') !== 'inline' && !attributes.has('ignore-error')
  return formatAttributes(kept ? new Map([...attributes, ['ignore-error', 'true']]) : attributes)
}

/** The platform's own cache first, then the one named: it may come from elsewhere, and a missing one is no error. */
export function cacheFrom(entry: Narrowed<string>, whose: Whose): readonly string[] {
  const own = formatAttributes(named(entry, whose))
  return own === formatAttributes(parse(entry.value)) ? [entry.value] : [own, entry.value]
}

/** Why caches were not written, as the log of a build has it that went well all the same. */
export function cachesLost(log: readonly string[]): readonly string[] {
  const steps = log.flatMap((line) => /^#(\d+) exporting cache/.exec(line)?.[1] ?? [])
  const reasons = log.flatMap((line) => {
    const [, step = '', reason = ''] = /^#(\d+) ERROR: (.*)$/.exec(line) ?? []
    return steps.includes(step) ? reason : []
  })
  return [...new Set(reasons)]
}

function named({ only, value }: Narrowed<string>, { platform, oneOfMany }: Whose): Attributes {
  const attributes = parse(value)
  return oneOfMany && only.length !== 1 ? withOwnName(attributes, platform) : attributes
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
      return rename('name', (name) => `${name}-${slug}`, 'buildkit')
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

/** `type=gha,scope=x`, or a bare reference, which buildx takes as a registry's. */
function parse(entry: string): Attributes {
  if (!entry.includes('=')) return new Map(Object.entries({ type: 'registry', ref: entry }))
  return new Map(
    entry.split(',').map((field) => [field.replace(/=.*$/s, '').trim(), field.replace(/^[^=]*=/, '')]),
  )
}
