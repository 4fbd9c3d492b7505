import { type Platform, platformSlug } from '../image/platform.ts'

/**
 * Gives a cache a name of its own for each platform. Platforms are built one by one, and a cache that all of them
 * export to under one name would keep only the last one's layers.
 */
export function cacheTo(entry: string, platform: Platform): string {
  return format(withOwnName(parse(entry), platform))
}

/** The platform's own cache first, then the one named: it may come from elsewhere, and a missing one is no error. */
export function cacheFrom(entry: string, platform: Platform): readonly string[] {
  const own = cacheTo(entry, platform)
  return own === entry ? [entry] : [own, entry]
}

type Attributes = ReadonlyMap<string, string>

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

function format(attributes: Attributes): string {
  return [...attributes].map(([name, value]) => `${name}=${value}`).join(',')
}
