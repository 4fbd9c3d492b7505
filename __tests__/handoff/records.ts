/** Records to hand around: small, valid, and each platform with digests of its own. */
import type { Artifacts } from '../../src/handoff/artifacts.ts'
import type { Image, Part, PartRecord, PlannedLeg } from '../../src/handoff/record.ts'
import { digestOf } from '../../src/image/digest.ts'
import { OCI_MANIFEST } from '../../src/image/media-types.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { parseReference } from '../../src/image/reference.ts'

export const IMAGE: Image = imageOf('ghcr.io/octo/app')
export const RUN = { id: '7', attempt: 1 }

export function imageOf(name: string, { target = '', variant = '' } = {}): Image {
  const { registry, path } = parseReference(name)
  return { repository: { registry, path }, target, variant }
}

export function partOf(name: string, seed = name): Part {
  const platform = parsePlatform(name)
  const { os, architecture, variant } = platform
  const digest = digestOf(new TextEncoder().encode(seed))
  const image = {
    ...{ mediaType: OCI_MANIFEST, digest, size: 480 },
    platform: { architecture, os, ...(variant && { variant }) },
  }
  const proof = {
    ...{ mediaType: OCI_MANIFEST, digest: digestOf(new TextEncoder().encode(`${seed} proof`)), size: 840 },
    annotations: {
      'vnd.docker.reference.digest': digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    platform: { architecture: 'unknown', os: 'unknown' },
  }
  const built = { emulated: false, milliseconds: 1234 }
  return { platform, image, attestations: [proof], built, size: 1100 }
}

export function recordOf(names: readonly string[], changes: Partial<PartRecord> = {}): PartRecord {
  return {
    ...{ image: IMAGE, run: RUN, leg: { job: 'part', runner: `runner of ${names[0]}` } },
    platforms: names.map((name) => partOf(name)),
    ...{ plan: [], writer: 'octo/multiarch-action@v1', tools: { buildx: 'v0.36.1' } },
    ...changes,
  }
}

export function legOf(name: string, runner: string, ...platforms: readonly string[]): PlannedLeg {
  return { name, runner, platforms: platforms.map(parsePlatform) }
}

/** Artifacts in memory. */
export function shelf() {
  const texts = new Map<string, string>()
  const artifacts: Artifacts = {
    create: (name, text) => {
      const free = !texts.has(name)
      if (free) texts.set(name, text)
      return Promise.resolve(free)
    },
    read: ({ name }) => Promise.resolve(texts.get(name)),
    remove: (name) => Promise.resolve(void texts.delete(name)),
    list: (prefix) => {
      const names = [...texts.keys()].filter((name) => name.startsWith(prefix))
      return Promise.resolve(names.map((name, id) => ({ name, id })))
    },
  }
  return { ...artifacts, texts }
}
