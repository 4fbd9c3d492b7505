import { join } from 'node:path'
import { type Platform, platformSlug } from '../image/platform.ts'
import { formatReference, formatRepository, type Repository, type TagRef } from '../image/reference.ts'
import type { Attributes } from './attributes.ts'
import type { FileOutput, ImageOutput } from './outputs.ts'

/** One platform's share in what a build shall give. */
export type Share = Readonly<{
  platform: Platform
  /** whether other platforms are built beside it */
  several: boolean
  /** where shares wait until they are put together */
  folder: string
}>

/** By digest only: a tag that names one platform for a while would be seen by somebody. */
export function pushExporter(to: Repository, attributes: Attributes): Attributes {
  const own = { type: 'image', name: formatRepository(to), 'push-by-digest': 'true' }
  return new Map([...attributes, ...Object.entries({ ...own, 'name-canonical': 'true', push: 'true' })])
}

/**
 * A layout in a tarball: each exporter writes one of its own, while a build can write but one folder of them. A
 * provenance is of nothing unless its image has a name.
 */
export function layoutExporter(dest: string, name: string, attributes: Attributes): Attributes {
  const others = [...attributes].filter(([name]) => name !== 'tar')
  return new Map([['type', 'oci'], ...said('dest', dest), ...said('name', name), ...others])
}

/** What buildx is told for this platform. */
export function exporterOf(output: ImageOutput | FileOutput, place: number, share: Share): Attributes {
  const { names, attributes } = output
  switch (output.type) {
    case 'image':
      return new Map([['type', 'image'], ...said('name', nameOf(names)), ...attributes])
    case 'oci':
      return layoutExporter(sharePath(place, share), nameOf(names), attributes)
    case 'docker':
      if (share.several) return layoutExporter(sharePath(place, share), nameOf(names), attributes)
      return new Map([
        ['type', 'docker'],
        ...said('dest', output.dest),
        ...said('name', nameOf(names)),
        ...attributes,
      ])
    case 'tar':
      return new Map([
        ['type', 'tar'],
        ...said('dest', share.several ? sharePath(place, share) : output.dest),
        ...attributes,
      ])
    case 'local':
      return new Map([['type', 'local'], ...said('dest', output.dest), ...attributes])
  }
}

/** How the shares of several platforms become one result; undefined where BuildKit writes the result itself. */
export function gathered({ type }: FileOutput, several: boolean): 'layout' | 'tarball' | undefined {
  if (type === 'oci' || (type === 'docker' && several)) return 'layout'
  return type === 'tar' && several ? 'tarball' : undefined
}

/** Whether it is files, which BuildKit keeps apart by platform only where it knows that there are several. */
export function isOfFiles({ type }: ImageOutput | FileOutput): boolean {
  return type === 'local' || type === 'tar'
}

export function sharePath(place: number, { platform, folder }: Share): string {
  return join(folder, `${platformSlug(platform)}-${place}.tar`)
}

function nameOf(names: readonly TagRef[]): string {
  return names.map(formatReference).join(',')
}

/** Nothing is said that is empty. */
function said(name: string, value: string): readonly (readonly [string, string])[] {
  return value === '' ? [] : [[name, value]]
}
