import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { InputError, type InputName, readInputs } from '../../src/action/inputs.ts'
import { OUTPUTS, toMetadata, toOutputs } from '../../src/action/outputs.ts'
import { toReport } from '../../src/action/report.ts'
import { toInspectRequest } from '../../src/action/requests/inspect.ts'
import { promoteComplaints, toPromoteRequest } from '../../src/action/requests/promote.ts'
import { closingTable, toSummary } from '../../src/action/summary.ts'
import { SourceDiffers } from '../../src/flows/promote.ts'
import type { PromoteResult } from '../../src/flows/result.ts'
import { digestOf } from '../../src/image/digest.ts'
import { FormatError } from '../../src/image/format-error.ts'
import { manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX, OCI_MANIFEST } from '../../src/image/media-types.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { parseImageRef, parseTagRef } from '../../src/image/reference.ts'
import { NestedTooDeep } from '../../src/merge/collect.ts'
import { requirePlatforms } from '../../src/merge/wanted.ts'
import { CopyError, TreeTooLarge } from '../../src/publish/copy-error.ts'
import { errorOf } from '../../src/registry/errors.ts'
import { hostOf } from '../../src/registry/hosts.ts'
import { NO_EFFORT } from '../../src/registry/wire.ts'

type Texts = Partial<Record<InputName, string>>

const reading = (texts: Texts) => readInputs((name) => texts[name as InputName] ?? '')
const digest = (text: string) => digestOf(new TextEncoder().encode(text))

const SOURCE = 'ghcr.io/octo/app:edge'
const TAGS = 'ghcr.io/octo/app:1.2.3,docker.io/octo/app:1'

describe('a promotion', () => {
  test('of nothing but a source and tags', () => {
    const { inputs, complaints } = reading({ mode: 'promote', source: SOURCE, tags: `${TAGS},octo/app:1` })
    assert.deepEqual(complaints, [])
    assert.deepEqual(toPromoteRequest(inputs), {
      ...{ mode: 'promote', source: parseTagRef(SOURCE), platforms: [], referrers: false },
      tags: TAGS.split(',').map(parseTagRef),
    })
  })

  test('with guards', () => {
    const { inputs } = reading({
      ...{ mode: 'promote', source: `octo/app:edge@${digest('a')}`, tags: TAGS, referrers: 'true' },
      ...{ 'if-digest': digest('a'), platforms: 'linux/amd64' },
    })
    const request = toPromoteRequest(inputs)
    assert.deepEqual(request.source, { registry: 'docker.io', path: 'octo/app', digest: digest('a') })
    assert.deepEqual([request.ifDigest, request.referrers, request.platforms.length], [digest('a'), true, 1])
  })

  test('of nothing to nowhere is refused, and so is a guard that cannot hold', () => {
    assert.deepEqual(
      promoteComplaints(reading({ mode: 'promote' }).inputs).map(({ input }) => input),
      ['source', 'tags'],
    )
    const { inputs } = reading({
      ...{ mode: 'promote', tags: TAGS, source: `octo/app@${digest('a')}`, 'if-digest': digest('b') },
    })
    assert.deepEqual(
      promoteComplaints(inputs).map(({ input }) => input),
      ['if-digest'],
    )
    assert.throws(() => toPromoteRequest(reading({ mode: 'promote' }).inputs), InputError)
    assert.throws(() => toInspectRequest(reading({ mode: 'inspect' }).inputs), InputError)
  })

  test('has no use for what only builds know, and builds none for what it knows', () => {
    const misplaced = (texts: Texts) => reading(texts).complaints.map(({ input }) => input)
    assert.deepEqual(misplaced({ mode: 'promote', source: SOURCE, tags: TAGS, file: 'x' }), ['file'])
    assert.deepEqual(misplaced({ mode: 'build', tags: TAGS, source: SOURCE, referrers: 'true' }), [
      'source',
      'referrers',
    ])
    assert.deepEqual(misplaced({ mode: 'inspect', source: SOURCE, tags: TAGS }), ['tags'])
  })
})

const texts: readonly (readonly [input: InputName, text: string, message: RegExp])[] = [
  ['source', 'ghcr.io/Octo/App', /lower case/],
  ['if-digest', 'sha256:abc', /"sha256:abc" is not a digest; expected sha256: and 64/],
  ['insecure-registries', 'http://registry.internal', /a host without a scheme, like registry.internal:5000/],
]

describe('complains of', () => {
  for (const [input, text, message] of texts) {
    test(`${input}: ${text}`, () => {
      const [complaint] = reading({ mode: 'promote', [input]: text }).complaints
      assert.equal(complaint?.input, input)
      assert.match(complaint.message, message)
    })
  }
})

const image = manifestOf(OCI_INDEX, new TextEncoder().encode('{"manifests":[]}'))
const descriptor = { mediaType: OCI_MANIFEST, digest: digest('arm'), size: 480 }

const promoted: PromoteResult = {
  ...{ mode: 'promote', source: parseImageRef(SOURCE), image, tags: TAGS.split(',').map(parseTagRef) },
  images: [{ platform: parsePlatform('linux/arm/v7'), image: descriptor, attestations: [] }],
  copied: [{ registry: 'docker.io', path: 'octo/app' }],
  unchanged: [parseTagRef('ghcr.io/octo/app:1.2.3')],
  stages: [{ name: 'Publish', startedAt: 0, milliseconds: 1234.56 }],
}

describe('what was promoted', () => {
  test('is in the outputs, in their order', () => {
    const outputs = toOutputs(promoted, '/metadata.json')
    assert.deepEqual(
      Object.keys(outputs).toSorted(),
      [...OUTPUTS].toSorted().filter((name) => name in outputs),
    )
    const { digest, platforms, digests, image: name, tags } = outputs
    assert.deepEqual(
      [digest, platforms, digests, name, tags],
      [
        image.digest,
        'linux/arm/v7',
        JSON.stringify({ 'linux/arm/v7': descriptor.digest }),
        `ghcr.io/octo/app@${image.digest}`,
        TAGS.replace(',', '\n'),
      ],
    )
  })

  test('is in the metadata file', () => {
    assert.deepEqual(JSON.parse(toMetadata(promoted)), {
      ...{ version: 1, mode: 'promote', source: SOURCE, digest: image.digest },
      descriptor: { mediaType: OCI_INDEX, digest: image.digest, size: image.bytes.length },
      ...{ tags: TAGS.split(','), unchanged: ['ghcr.io/octo/app:1.2.3'], copied: ['docker.io/octo/app'] },
      platforms: [{ platform: 'linux/arm/v7', descriptor, attestations: [] }],
      stages: [{ name: 'Publish', seconds: 1.235 }],
    })
  })

  test('is in the summary', () => {
    assert.equal(
      toSummary(promoted),
      `## ghcr.io/octo/app

- digest: \`${image.digest}\`
- source: \`${SOURCE}\`
- tags: \`ghcr.io/octo/app:1.2.3\`, \`docker.io/octo/app:1\`
- copied to: \`docker.io/octo/app\`

| platform | digest |
| --- | --- |
| linux/arm/v7 | \`${descriptor.digest}\` |

\`\`\`sh
docker pull ghcr.io/octo/app:1.2.3
\`\`\``,
    )
  })

  test('ends the log', () => {
    assert.deepEqual(closingTable(promoted), [
      'platform      digest',
      `linux/arm/v7  ${descriptor.digest}`,
      `ghcr.io/octo/app:1.2.3 is ${image.digest}`,
      `docker.io/octo/app:1 is ${image.digest}`,
    ])
  })
})

function refusal(status: number, code: string) {
  const host = hostOf('docker.io')
  const url = new URL('/v2/octo/app/blobs/uploads/', host.base)
  const body = new TextEncoder().encode(JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }))
  const request = {
    method: 'POST',
    url,
    headers: {},
    limit: 1,
    host,
    repository: 'octo/app',
    scopes: [],
  } as const
  return errorOf(request, { status, headers: {}, body, url, effort: NO_EFFORT })
}

describe('what went wrong is told', () => {
  const [from, to] = [parseTagRef(SOURCE), parseTagRef('docker.io/octo/app')]

  test('of a copy: which part, from where to where, and the registry’s words', () => {
    const report = toReport(new CopyError('blob', digest('a'), { from, to, cause: refusal(500, 'UNKNOWN') }))
    assert.equal(report.title, 'The image could not be copied')
    assert.match(
      report.detail,
      /^Could not copy the blob sha256:.* from ghcr\.io\/octo\/app to docker\.io\/octo\/app\.\nPOST/,
    )
    assert.match(report.advice, /none was moved/)
  })

  test('of a copy that needs a login', () => {
    const report = toReport(new CopyError('blob', digest('a'), { from, to, cause: refusal(403, 'DENIED') }))
    assert.equal(report.title, 'The registry does not accept the login')
    assert.match(report.detail, /Could not copy .*\n.*DENIED/s)
  })

  test('of a source that is another', () => {
    const { title, detail } = toReport(new SourceDiffers(from, digest('a'), digest('b')))
    assert.equal(title, 'The source is another image')
    assert.equal(detail, `ghcr.io/octo/app:edge is ${digest('a')}, not ${digest('b')}.`)
  })

  test('of a platform that is missing', () => {
    const [wanted, found] = ['linux/arm64', 'linux/amd64'].map(parsePlatform)
    try {
      requirePlatforms(SOURCE, wanted ? [wanted] : [], found ? [found] : [])
      assert.fail('it is not there')
    } catch (error: unknown) {
      const { title, detail } = toReport(error)
      assert.equal(title, 'A platform is missing')
      assert.match(detail, /lacks linux\/arm64; it has linux\/amd64/)
    }
  })

  for (const error of [new FormatError('index', '{}', 'x'), new TreeTooLarge('x'), new NestedTooDeep('x')]) {
    test(`of an image that is none: ${error.name}`, () =>
      assert.equal(toReport(error).title, 'The image cannot be used'))
  }
})
