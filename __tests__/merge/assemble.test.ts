import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseAnnotation } from '../../src/image/annotation.ts'
import { digestOf } from '../../src/image/digest.ts'
import { type Descriptor, isAttestation, readIndex, writeIndex } from '../../src/image/manifest.ts'
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { assemble, isConverted, PlatformTwice, withoutAttestations } from '../../src/merge/assemble.ts'
import type { PlatformImage } from '../../src/merge/flatten.ts'

/** The image of a platform, attested as often as wanted. */
function imageFor(text: string, { attested = 0, mediaType = OCI_MANIFEST } = {}): PlatformImage {
  const platform = parsePlatform(text)
  const { os, architecture, variant, osVersion } = platform
  const version = { ...(osVersion && { 'os.version': osVersion }) }
  const image = descriptor(text, mediaType, { os, architecture, ...version, ...(variant && { variant }) })
  const attestations = Array.from({ length: attested }, (_, number) => ({
    ...descriptor(`${text} attested ${number}`, OCI_MANIFEST, { os: 'unknown', architecture: 'unknown' }),
    annotations: {
      'vnd.docker.reference.digest': image.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  }))
  return { platform, image, attestations }
}

function descriptor(seed: string, mediaType: string, platform: Descriptor['platform'] & object): Descriptor {
  return { mediaType, digest: digestOf(new TextEncoder().encode(seed)), size: seed.length, platform }
}

const annotations = (...texts: readonly string[]) => texts.flatMap(parseAnnotation)

describe('the entries of an index', () => {
  test('are the images in the order given, then their attestations in the same order', () => {
    const s390x = imageFor('linux/s390x', { attested: 1 })
    const amd64 = imageFor('linux/amd64', { attested: 2 })
    assert.deepEqual(assemble([s390x, amd64]), {
      mediaType: OCI_INDEX,
      manifests: [s390x.image, amd64.image, ...s390x.attestations, ...amd64.attestations],
    })
  })

  test('are one, for one platform: a tag is an index, whatever is in it', () => {
    const only = imageFor('linux/amd64')
    assert.deepEqual(assemble([only]).manifests, [only.image])
  })
})

const kinds: Readonly<
  Record<string, readonly [images: readonly PlatformImage[], said: readonly string[], type: string]>
> = {
  'OCI images': [[imageFor('linux/amd64'), imageFor('linux/arm64')], [], OCI_INDEX],
  'Docker images alone': [[docker('linux/amd64'), docker('linux/arm64')], [], DOCKER_LIST],
  'one OCI image among Docker’s': [[docker('linux/amd64'), imageFor('linux/arm64')], [], OCI_INDEX],
  'Docker images with an attestation': [
    [{ ...docker('linux/amd64'), attestations: imageFor('linux/amd64', { attested: 1 }).attestations }],
    [],
    OCI_INDEX,
  ],
  'Docker images, the index annotated': [[docker('linux/amd64')], ['index:k=v'], OCI_INDEX],
  'Docker images, a descriptor annotated': [[docker('linux/amd64')], ['manifest-descriptor:k=v'], OCI_INDEX],
  'Docker images, only their manifests annotated': [[docker('linux/amd64')], ['manifest:k=v'], DOCKER_LIST],
  'Docker images, another platform annotated': [
    [docker('linux/amd64')],
    ['manifest-descriptor[linux/arm64]:k=v'],
    DOCKER_LIST,
  ],
}

describe('an index is a Docker manifest list only where such a list can hold it', () => {
  for (const [name, [images, said, type]] of Object.entries(kinds))
    test(name, () => assert.equal(assemble(images, annotations(...said)).mediaType, type))
})

describe('annotations', () => {
  const amd64 = imageFor('linux/amd64', { attested: 1 })
  const arm64 = imageFor('linux/arm64', { attested: 1 })

  test('without a level are the index’s', () => {
    assert.deepEqual(assemble([amd64], annotations('title=App', 'note=a=b')).annotations, {
      title: 'App',
      note: 'a=b',
    })
  })

  test('of manifests were the builds’ to write, and are not repeated', () => {
    assert.deepEqual(assemble([amd64], annotations('manifest:k=v')), assemble([amd64]))
  })

  test('of descriptors go to every image, never to an attestation', () => {
    const { manifests } = assemble([amd64, arm64], annotations('manifest-descriptor:k=v'))
    assert.deepEqual(manifests, [
      ...[amd64, arm64].map(({ image }) => ({ ...image, annotations: { k: 'v' } })),
      ...[...amd64.attestations, ...arm64.attestations],
    ])
  })

  test('of one platform’s descriptor go there, beside those it had', () => {
    const had = { ...arm64, image: { ...arm64.image, annotations: { old: '1', k: 'old' } } }
    const { manifests } = assemble([amd64, had], annotations('manifest-descriptor[linux/arm64/v8]:k=v'))
    assert.deepEqual(manifests[0], amd64.image)
    assert.deepEqual(manifests[1]?.annotations, { old: '1', k: 'v' })
  })
})

describe('two images for one platform are refused, since only the first would ever be found', () => {
  for (const [one, other] of [
    ['linux/arm64', 'linux/arm64/v8'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/amd64', 'Linux/x86_64'],
  ] as const) {
    test(`${one} and ${other}`, () => {
      const [first, second] = [imageFor(one), { ...imageFor(other), image: docker(other).image }]
      assert.throws(
        () => assemble([first, imageFor('linux/s390x'), second]),
        (error) => {
          assert.ok(error instanceof PlatformTwice)
          assert.deepEqual(error.digests, [first.image.digest, second.image.digest])
          assert.ok(error.digests.every((digest) => error.message.includes(digest)))
          return true
        },
      )
    })
  }

  test('but two variants, or two versions of Windows, are two platforms', () => {
    const names = ['linux/arm/v6', 'linux/arm/v7', 'windows(10.0.17763)/amd64', 'windows(10.0.20348)/amd64']
    assert.equal(assemble(names.map((name) => imageFor(name))).manifests.length, 4)
  })

  test('and a version of Windows is the image’s own, whatever was asked for', () => {
    const one = imageFor('windows(10.0.17763)/amd64')
    const other = { ...one.image, digest: imageFor('linux/amd64').image.digest }
    const asked = { platform: parsePlatform('windows/amd64'), image: other, attestations: [] }
    assert.throws(() => assemble([one, asked]), PlatformTwice)
  })
})

describe('the same image given twice is there once', () => {
  const amd64 = imageFor('linux/amd64', { attested: 1 })
  const arm64 = imageFor('linux/arm64')

  test('in its first place, with its attestations once', () => {
    assert.deepEqual(assemble([amd64, arm64, amd64]), assemble([amd64, arm64]))
  })

  test('with what each of its mentions says, the first above the others', () => {
    const say = (annotations: Record<string, string>) => ({
      ...arm64,
      image: { ...arm64.image, annotations },
    })
    const { manifests } = assemble([say({ a: '1', b: '1' }), say({ b: '2', c: '2' })])
    assert.deepEqual(manifests, [{ ...arm64.image, annotations: { a: '1', b: '1', c: '2' } }])
  })

  test('unless it is said to be for two platforms: then twice', () => {
    const other = imageFor('linux/arm/v7')
    const both = { ...other, image: { ...other.image, digest: arm64.image.digest } }
    assert.deepEqual(assemble([arm64, both, arm64]).manifests, [arm64.image, both.image])
  })
})

describe('what flows say and leave out', () => {
  test('Docker’s images that end in an OCI index were converted', () => {
    const images = [docker('linux/amd64'), docker('linux/arm64')]
    assert.equal(isConverted(assemble(images)), false)
    assert.equal(isConverted(assemble(images, annotations('index:k=v'))), true)
    assert.equal(isConverted(assemble([imageFor('linux/amd64')], annotations('index:k=v'))), false)
  })

  test('attestations, for registries that refuse them', () => {
    const images = [imageFor('linux/amd64', { attested: 2 }), imageFor('linux/arm64', { attested: 1 })]
    assert.deepEqual(
      assemble(withoutAttestations(images)).manifests,
      images.map(({ image }) => image),
    )
  })
})

describe('whatever the images', () => {
  const platforms = [
    'linux/amd64',
    'linux/arm64',
    'linux/arm/v6',
    'linux/arm/v7',
    'linux/s390x',
    'windows/amd64',
  ]
  const images = fc
    .shuffledSubarray(platforms, { minLength: 1 })
    .chain((names) =>
      fc.tuple(...names.map((name) => fc.nat(2).map((attested) => imageFor(name, { attested })))),
    )
  const said = fc.subarray([
    'index:a=1',
    'b=2',
    'manifest-descriptor:c=3',
    'manifest-descriptor[linux/arm64]:d=4',
  ])

  test('the same images give the same bytes, and the bytes say what was meant', () => {
    fc.assert(
      fc.property(images, said, (given, texts) => {
        const index = assemble(given, annotations(...texts))
        const written = writeIndex(index)
        assert.deepEqual(written, writeIndex(assemble(structuredClone(given), annotations(...texts))))
        assert.deepEqual(readIndex(written), index)
      }),
    )
  })

  test('the order in which annotations are said does not matter to the bytes', () => {
    const shuffled = said.chain((texts) =>
      fc.tuple(fc.constant(texts), fc.shuffledSubarray(texts, { minLength: texts.length })),
    )
    fc.assert(
      fc.property(images, shuffled, (given, [one, other]) => {
        assert.equal(
          writeIndex(assemble(given, annotations(...one))).digest,
          writeIndex(assemble(given, annotations(...other))).digest,
        )
      }),
    )
  })

  test('every image and attestation is there once, and images come before attestations', () => {
    fc.assert(
      fc.property(images, (given) => {
        const { manifests } = assemble(given)
        const wanted = given.flatMap(({ image, attestations }) => [image, ...attestations])
        assert.deepEqual(digests(manifests).toSorted(), digests(wanted).toSorted())
        assert.deepEqual(digests(manifests.slice(0, given.length)), digests(given.map(({ image }) => image)))
        assert.ok(manifests.slice(given.length).every(isAttestation))
      }),
    )
  })
})

function docker(text: string): PlatformImage {
  return imageFor(text, { mediaType: DOCKER_MANIFEST })
}

function digests(descriptors: readonly Descriptor[]): readonly string[] {
  return descriptors.map(({ digest }) => digest)
}
