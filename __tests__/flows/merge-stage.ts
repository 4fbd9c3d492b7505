import type { MergeRequest } from '../../src/flows/merge.ts'
import { leaveRecord } from '../../src/handoff/carrier.ts'
import { parseSources } from '../../src/handoff/hand-over.ts'
import { type PartRecord, writeRecord } from '../../src/handoff/record.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { parseTagRef } from '../../src/image/reference.ts'
import { openClient } from '../fakes/client.ts'
import { imageNamed } from '../fakes/images.ts'
import { type FakeRegistry, fakeRegistry } from '../fakes/registry.ts'
import { openWorld } from '../fakes/world.ts'
import { imageOf, partOf, RUN, recordOf, shelf } from '../handoff/records.ts'

export const NAMES = ['linux/amd64', 'linux/arm64', 'linux/s390x']

/** A strict registry behind tokens, a client that nobody has used yet, and what the jobs of a run have left. */
export async function stage({ run = RUN } = {}) {
  const fake = await fakeRegistry({ auth: 'bearer' })
  const client = openClient({ credential: { kind: 'login', ...fake.login } })
  const artifacts = shelf()
  const image = imageOf(`${fake.host}/octo/app`)
  const { world, ...rest } = openWorld({ artifacts })
  const request = (tags: readonly string[], changes: Partial<MergeRequest> = {}): MergeRequest => ({
    ...{ mode: 'merge', image, plan: [], from: { kind: 'run' }, annotations: [], check: false, run },
    platforms: NAMES.map(parsePlatform),
    tags: tags.map((tag) => parseTagRef(tag.includes('/') ? tag : `${fake.host}/octo/app:${tag}`)),
    ...changes,
  })
  return {
    ...{ fake, client, artifacts, image, request, ...rest },
    world: { ...world, registry: () => Promise.resolve(client.registry) },
    /** Builds a platform: its manifests are in the registry then, and its record is returned. */
    built: (name: string, changes: Partial<PartRecord> = {}) => buildOn(fake, name, { image, ...changes }),
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]()
      await fake[Symbol.asyncDispose]()
    },
  }
}

export type Stage = Awaited<ReturnType<typeof stage>>

export function buildOn(
  fake: FakeRegistry,
  name: string,
  changes: Partial<PartRecord> = {},
  seed = name,
): PartRecord {
  const part = partOf(name)
  const manifest = imageNamed(seed)
  const proof = imageNamed(`${seed} proof`)
  for (const { bytes, mediaType } of [manifest, proof]) fake.hold(bytes, mediaType, 'octo/app')
  const image = { ...part.image, digest: manifest.digest, size: manifest.bytes.length }
  const attestations = part.attestations.map((one) => ({
    ...{ ...one, digest: proof.digest, size: proof.bytes.length },
    annotations: { ...one.annotations, 'vnd.docker.reference.digest': manifest.digest },
  }))
  return recordOf([name], { platforms: [{ ...part, image, attestations }], ...changes })
}

export async function leaveAll({ built, artifacts }: Stage, names = NAMES): Promise<readonly PartRecord[]> {
  const records = names.map((name) => built(name))
  for (const record of records) await leaveRecord(record, artifacts)
  return records
}

export const byHand = (records: readonly PartRecord[]) =>
  ({ kind: 'records', records: parseSources(records.map(writeRecord).join('\n')) }) as const
