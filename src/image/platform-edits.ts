import { FormatError } from './format-error.ts'
import type { PlatformObject } from './manifest.ts'
import { normalize } from './platform.ts'

/**
 * What somebody says of an image's platform in place of what the image says itself, member by member. Empty members
 * are taken away.
 */
export type PlatformEdits = Readonly<{
  os?: string
  architecture?: string
  variant?: string
  'os.version'?: string
  'os.features'?: readonly string[]
}>

/** Docker's flags, an index's members and manifest-tool's keys are the same words; only their joints differ. */
const MEMBERS: Readonly<Record<string, keyof PlatformEdits>> = {
  os: 'os',
  arch: 'architecture',
  architecture: 'architecture',
  variant: 'variant',
  osversion: 'os.version',
  osfeatures: 'os.features',
}

const EXPECTED = 'os=…, arch=…, variant=…, os-version=… or os-features=…, like arch=arm64,variant=v8'
const WORD = /^[A-Za-z0-9_.-]+$/

/** One member from its name and its values, of which only `os-features` may have several; throws FormatError. */
export function parseEdit(name: string, values: readonly string[]): PlatformEdits {
  const member = MEMBERS[name.toLowerCase().replaceAll(/[._-]/g, '')]
  const given = `${name}=${values.join(',')}`
  if (member === undefined) throw new FormatError('platform edit', given, EXPECTED)
  if (member === 'os.features') return { [member]: values.filter(Boolean) }
  const [value = '', ...more] = values
  const isEmpty = value === '' && member !== 'os' && member !== 'architecture'
  const isFine = more.length === 0 && (isEmpty || isWord(member, value))
  if (!isFine) throw new FormatError('platform edit', given, EXPECTED)
  switch (member) {
    case 'architecture':
      return editArchitecture(value.toLowerCase())
    case 'os.version':
      return { [member]: value }
    case 'os':
    case 'variant':
      return { [member]: value.toLowerCase() }
  }
}

/** The platform with the edits in place, as it is written; undefined as long as system or architecture are unknown. */
export function editPlatform(
  platform: Partial<PlatformObject> | undefined,
  edits: PlatformEdits,
): PlatformObject | undefined {
  const entries = Object.entries({ ...platform, ...edits })
  const { os, architecture, ...others } = Object.fromEntries(
    entries.filter(([, value]) => value !== undefined && value !== '' && !isEmptyList(value)),
  )
  if (typeof os !== 'string' || typeof architecture !== 'string') return undefined
  return { architecture, os, ...others }
}

/** A name that clients do not look for, such as aarch64, becomes the one that they do; the rest stays as it is written. */
function editArchitecture(given: string): PlatformEdits {
  const { architecture, variant } = normalize({ os: 'linux', architecture: given })
  if (architecture === given) return { architecture }
  return { architecture, ...(variant !== undefined && { variant }) }
}

/** A version of an operating system may hold more than words do. */
function isWord(member: keyof PlatformEdits, value: string): boolean {
  return member === 'os.version' ? /^\S+$/.test(value) : WORD.test(value)
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
