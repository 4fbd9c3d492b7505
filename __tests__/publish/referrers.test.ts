import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { publishEverywhere } from '../../src/publish/everywhere.ts'
import { describe as listed } from '../fakes/registries.ts'
import { APP, FAR, publication, withIndex } from './attested-index.ts'

describe('what others have attached', () => {
  for (const [name, listsReferrers] of [
    ['to a registry that lists it by itself', /./],
    ['to one that needs a tag for the list', /old/],
  ] as const) {
    test(`comes along, ${name}`, async () => {
      const { registry, image, images, holdImage, shelf, gaps } = withIndex({ listsReferrers })
      const signature = holdImage(APP, 'signature', { subject: listed(image) })
      const ofSignature = holdImage(APP, 'signature of the signature', { subject: listed(signature) })
      const ofImage = images[0] && holdImage(APP, 'sbom', { subject: listed(images[0].image) })
      const cosign = holdImage(APP, 'cosign')
      shelf(APP).tags.set(`${image.digest.replace(':', '-')}.sig`, cosign.digest)
      await publishEverywhere({ ...publication(image, `${FAR}:1`), referrers: true }, registry)
      const far = { registry: 'new.io', path: 'octo/app' }
      for (const one of [signature, ofSignature, ofImage, cosign])
        assert.ok(one && shelf(far).manifests.has(one.digest))
      assert.equal(shelf(far).tags.get(`${image.digest.replace(':', '-')}.sig`), cosign.digest)
      const found = await registry.referrers(far, image.digest)
      assert.deepEqual(
        found.map(({ digest }) => digest),
        [signature.digest],
      )
      assert.deepEqual(gaps(), [])
    })
  }

  test('stays where it is, unless it is asked for', async () => {
    const { registry, image, holdImage, shelf, count } = withIndex({ listsReferrers: /./ })
    const signature = holdImage(APP, 'signature', { subject: listed(image) })
    await publishEverywhere(publication(image, `${FAR}:1`), registry)
    assert.ok(!shelf({ registry: 'new.io', path: 'octo/app' }).manifests.has(signature.digest))
    assert.equal(count('referrers'), 0)
  })
})
