import { FormatError } from './format-error.ts'
import { fulfils, type Platform, parsePlatform } from './platform.ts'

/** Something for some platforms only, or for every one where none is named. */
export type Narrowed<T> = Readonly<{ only: readonly Platform[]; value: T }>

/** Splits `[linux/arm64] GOARM=7` or `[linux/arm64,linux/arm/v7] …`; throws FormatError where that is no platform. */
export function parseNarrowed(text: string): Narrowed<string> {
  const [, names, value = ''] = /^\s*\[([^\]\n]*)\](?:\s+(.*))?$/s.exec(text) ?? []
  if (names === undefined) return { only: [], value: text }
  if (value.trim() === '') throw new FormatError('entry', text, 'something behind the platform in brackets')
  return { only: names.split(',').map(parsePlatform), value }
}

/** What is for this platform, or without one what is for all. What is for it alone comes last, where it wins. */
export function narrowTo<T>(entries: readonly Narrowed<T>[], platform?: Platform): readonly Narrowed<T>[] {
  const own = entries.filter(
    ({ only }) => platform !== undefined && only.some((one) => fulfils(platform, one)),
  )
  return [...entries.filter(({ only }) => only.length === 0), ...own]
}

export function valuesFor<T>(entries: readonly Narrowed<T>[], platform?: Platform): readonly T[] {
  return narrowTo(entries, platform).map(({ value }) => value)
}
