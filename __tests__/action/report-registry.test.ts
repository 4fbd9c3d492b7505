import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toReport } from '../../src/action/report.ts'
import type { Title } from '../../src/action/titles.ts'
import { parseTagRef } from '../../src/image/reference.ts'
import { PublishError } from '../../src/publish/publish.ts'
import { CredentialError } from '../../src/registry/credentials/credential.ts'
import {
  RegistryError,
  type RegistryErrorKind,
  SHA256_ONLY,
  URLS_UNWANTED,
} from '../../src/registry/registry-error.ts'

const tags = (...names: readonly string[]) => names.map((name) => parseTagRef(`ghcr.io/octo/app:${name}`))

/** A refusal of the first tag, for such a reason. */
function refusal(
  kind: RegistryErrorKind,
  sentence = '403 DENIED: not yours',
  more: Partial<ConstructorParameters<typeof RegistryError>[1]> = {},
): RegistryError {
  return new RegistryError(sentence, {
    ...{ kind, method: 'PUT', url: 'https://ghcr.io/v2/octo/app/manifests/1.2.3' },
    ...{ host: 'ghcr.io', repository: 'octo/app', codes: [] },
    effort: { retried: 0, waited: 0 },
    ...more,
  })
}

const kinds: Readonly<Record<RegistryErrorKind, readonly [title: Title, advice: RegExp]>> = {
  unauthorized: ['The registry does not accept the login', /docker\/login-action/],
  denied: ['The registry does not accept the login', /packages: write/],
  unknown: ['The registry refuses', /Check the name octo\/app/],
  limited: ['The registry refuses', /run the job again later/],
  immutable: ['The registry refuses', /publish under a new tag/],
  refused: ['The registry refuses', /running the job again is safe/],
  unavailable: ['The registry cannot be reached', /ghcr\.io is up/],
  unreachable: ['The registry cannot be reached', /proxy, DNS, certificates/],
  digest: ['The registry refuses', /running the job again is safe/],
  unusable: ['The registry refuses', /running the job again is safe/],
}

describe('a registry’s refusal is told in its own words, with what to do:', () => {
  for (const [kind, [title, advice]] of Object.entries(kinds)) {
    test(kind, () => {
      const error = refusal(kind as RegistryErrorKind)
      const report = toReport(error)
      assert.equal(report.title, title)
      assert.equal(report.detail, 'PUT https://ghcr.io/v2/octo/app/manifests/1.2.3: 403 DENIED: not yours')
      assert.match(report.advice, advice)
    })
  }

  const hints: Readonly<Record<string, readonly [RegistryErrorKind, status: number, code: string, RegExp]>> =
    {
      'no time left, which is no fault of the registry': [
        'unreachable',
        0,
        'OUT_OF_TIME',
        /^The input time-limit has/,
      ],
      'a certificate that is not believed': [
        ...(['unreachable', 0, 'SELF_SIGNED_CERT_IN_CHAIN'] as const),
        /certs\.d\/ghcr\.io\/ca\.crt.* NODE_EXTRA_CA_CERTS/,
      ],
      'a body that is too large': ['refused', 413, '', /client_max_body_size/],
      'a part that is not there': [
        'refused',
        400,
        'MANIFEST_BLOB_UNKNOWN',
        /is not in octo\/app: it was pushed elsewhere/,
      ],
      'layers that are elsewhere': ['refused', 500, URLS_UNWANTED, /ghcr\.io takes no layers/],
      'a digest that is not known there': [
        'refused',
        400,
        SHA256_ONLY,
        /ghcr\.io knows images by sha256 only/,
      ],
      'an index that is not liked': ['refused', 400, 'MANIFEST_INVALID', /attestations: drop/],
    }
  for (const [name, [kind, status, code, advice]] of Object.entries(hints)) {
    test(name, () => assert.match(toReport(refusal(kind, 'no', { status, codes: [code] })).advice, advice))
  }

  test('how often it was tried, if it was more than once', () => {
    const said = (retried: number, waited: number) =>
      toReport(refusal('unavailable', '503', { effort: { retried, waited } })).detail
    assert.doesNotMatch(said(0, 0), /asked/)
    assert.match(said(1, 600), /: 503\nIt was asked twice, with 0\.6 s of waiting between\.$/)
    assert.match(said(5, 12_400), /\nIt was asked 6 times, with 12 s of waiting between\.$/)
  })

  test('a credential that cannot be had', () => {
    const report = toReport(
      new CredentialError('ghcr.io', 'the helper docker-credential-x ended with exit code 1'),
    )
    assert.equal(report.title, 'The registry does not accept the login')
    assert.match(report.detail, /^No credentials for ghcr\.io: the helper docker-credential-x ended/)
    assert.match(report.advice, /docker\/login-action/)
  })
})

describe('when tags could not be moved', () => {
  test('and none has, the registry’s reason is what matters', () => {
    const report = toReport(new PublishError([], tags('1.2.3'), tags('1', 'latest'), refusal('denied')))
    assert.equal(report.title, 'The registry does not accept the login')
    assert.match(report.detail, /403 DENIED: not yours\nNot moved: .*app:1\.2\.3, .*app:1, .*app:latest$/)
    assert.doesNotMatch(report.detail, /^Moved/m)
    assert.doesNotMatch(report.advice, /moved/)
  })

  test('but some have, both lists are named and the reason stays', () => {
    const report = toReport(new PublishError(tags('1.2.3'), tags('latest'), [], refusal('immutable')))
    assert.equal(report.title, 'Some tags were not moved')
    assert.match(report.detail, /403 DENIED/)
    assert.match(report.detail, /^Moved: ghcr\.io\/octo\/app:1\.2\.3$/m)
    assert.match(report.detail, /^Not moved: ghcr\.io\/octo\/app:latest$/m)
    assert.match(report.advice, /publish under a new tag.*\nThen run the job again/)
  })

  test('for a reason that nobody has foreseen, it is told as such', () => {
    const report = toReport(new PublishError([], tags('1.2.3'), [], new TypeError('x is not a function')))
    assert.equal(report.title, 'Something unexpected happened')
    assert.match(report.detail, /^x is not a function$/m)
  })
})
