import type { Manifest } from '../../src/image/manifest.ts'
import { OCI_INDEX } from '../../src/image/media-types.ts'
import { parseTagRef, type Repository } from '../../src/image/reference.ts'
import { describe as listed, openRegistries, type Settings } from '../fakes/registries.ts'

export const APP: Repository = { registry: 'old.io', path: 'octo/app' }
export const NEAR = 'old.io/octo/mirror'
export const FAR = 'new.io/octo/app'
export const tags = (...names: readonly string[]) => names.map(parseTagRef)

/** Registries with an index of two images in APP, each with an attestation that names it as its subject. */
export function withIndex(settings: Settings = {}) {
  const world = openRegistries(settings)
  const images = ['amd64', 'arm64'].map((architecture) => {
    const image = world.holdImage(APP, architecture)
    const proof = world.holdImage(APP, `proof of ${architecture}`, { subject: listed(image) })
    return { architecture, image, proof }
  })
  const manifests = [
    ...images.map(({ image, architecture }) => listed(image, { platform: { os: 'linux', architecture } })),
    ...images.map(({ proof }) => listed(proof, { platform: { os: 'unknown', architecture: 'unknown' } })),
  ]
  const image = world.hold(APP, OCI_INDEX, { manifests }, '1.0')
  return { ...world, image, images, manifests }
}

export const publication = (image: Manifest, ...names: readonly string[]) => ({
  ...{ image, tags: tags(...names), from: APP },
})
