import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestOf } from '../../src/image/digest.ts'
import { manifestOf } from '../../src/image/manifest.ts'
import { OCI_MANIFEST } from '../../src/image/media-types.ts'
import { openClient, tag } from '../fakes/client.ts'
import { CONFIG } from '../fakes/registries.ts'
import { fakeRegistry } from '../fakes/registry.ts'

const [ELSEWHERE, HERE, SETTINGS] = ['elsewhere', 'here', '{}'].map((text) => digestOf(Buffer.from(text)))
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'

const image = manifestOf(
  OCI_MANIFEST,
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      config: { mediaType: CONFIG, digest: SETTINGS, size: 2 },
      layers: [
        {
          ...{ mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', size: 9 },
          ...{ digest: ELSEWHERE, urls: ['https://mcr.microsoft.com/layer'] },
        },
        { mediaType: LAYER, digest: HERE, size: 4 },
      ],
    }),
  ),
)

/** As distribution 2.8 says it; 3 has "invalid URL on layer" as a detail. */
const refusal = (lost: unknown) => ({
  errors: [
    { code: 'UNKNOWN', message: 'unknown error' },
    { code: 'UNKNOWN', message: 'unknown error', detail: {} },
    { code: 'MANIFEST_BLOB_UNKNOWN', message: 'blob unknown to registry', detail: lost },
  ],
})

for (const [name, body, kind, asked] of [
  ['misses a layer that is elsewhere has decided', refusal(ELSEWHERE), 'refused', 1],
  ['misses another may be in trouble', refusal(HERE), 'unavailable', 6],
  ['says nothing more may be in trouble', { errors: [{ code: 'UNKNOWN' }] }, 'unavailable', 6],
] as const) {
  test(`a registry that answers 500 and ${name}`, async () => {
    await using fake = await fakeRegistry()
    await using client = openClient()
    fake.fault({ verb: 'PUT', status: 500, body, times: 99 })
    await assert.rejects(client.registry.put(tag(fake, '1'), image), { kind, status: 500 })
    assert.equal(fake.requests.length, asked)
  })
}
