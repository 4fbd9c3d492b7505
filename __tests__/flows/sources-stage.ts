import type { ListMergeRequest } from '../../src/flows/lists.ts'
import { type MergeRequest, merge } from '../../src/flows/merge.ts'
import { perform } from '../../src/flows/perform.ts'
import type { Listed } from '../../src/flows/sources/gather.ts'
import type { Manifest } from '../../src/image/manifest.ts'
import { OCI_INDEX } from '../../src/image/media-types.ts'
import { parseImageRef, parseReference, parseTagRef } from '../../src/image/reference.ts'
import { describe as listed, openRegistries } from '../fakes/registries.ts'
import { openWorld } from '../fakes/world.ts'
import { imageOf, RUN } from '../handoff/records.ts'

export const AMD64 = 'one.io/octo/amd64'
export const ARM64 = 'one.io/octo/arm64'
export const FAR = 'two.io/octo/s390x'

/** An image of one platform in each of three repositories, of two registries; the last is attested. */
export function stage(files: Readonly<Record<string, string>> = {}) {
  const registries = openRegistries()
  const at = (name: string) => parseReference(name)
  const amd64 = registries.holdImage(at(AMD64), 'amd64')
  const arm64 = registries.holdImage(at(ARM64), 'arm64')
  const s390x = registries.holdImage(at(FAR), 's390x')
  const proof = registries.holdImage(at(FAR), 'proof', { subject: listed(s390x) })
  const annotations = {
    'vnd.docker.reference.digest': s390x.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  }
  const attested = registries.hold(at(FAR), OCI_INDEX, {
    manifests: [
      listed(s390x, { platform: { os: 'linux', architecture: 's390x' } }),
      listed(proof, { annotations, platform: { os: 'unknown', architecture: 'unknown' } }),
    ],
  })
  const { world, log } = openWorld({ files })
  const common = (tags: readonly string[]) => ({
    ...({ mode: 'merge', plan: [], annotations: [], check: false, run: RUN, platforms: [] } as const),
    tags: tags.map(parseTagRef),
  })
  return {
    ...{ registries, amd64, arm64, s390x, proof, attested, log },
    all: [source(AMD64, amd64), source(ARM64, arm64), source(FAR, attested)],
    merge: (tags: readonly string[], sources: readonly Listed[], more: Partial<MergeRequest> = {}) => {
      const image = imageOf('one.io/octo/app')
      const request = { ...common(tags), image, from: { kind: 'sources', sources } as const, ...more }
      return merge(request, { ...world, registry: () => Promise.resolve(registries.registry) })
    },
    mergeLists: (tags: readonly string[], lists: ListMergeRequest['lists']) =>
      perform({ ...common(tags), lists }, { ...world, registry: () => Promise.resolve(registries.registry) }),
  }
}

export const source = (name: string, { digest }: Manifest, edits: Listed['edits'] = {}): Listed => ({
  image: parseImageRef(`${name}@${digest}`),
  edits,
})
