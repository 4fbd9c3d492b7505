import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  formatReference,
  formatRepository,
  parseImageRef,
  parseReference,
  parseTagRef,
  sameRepository,
} from '../../src/image/reference.ts'

const HEX = 'f'.repeat(64)
const D = `sha256:${HEX}`
const A = (times: number) => 'a'.repeat(times)

/** Text to registry, path, tag and digest, as Docker reads it (distribution/reference, `ParseNormalizedNamed`). */
const READ: Readonly<
  Record<string, readonly [registry: string, path: string, tag?: string, digest?: string]>
> = {
  test_com: ['docker.io', 'library/test_com'],
  'test.com:tag': ['docker.io', 'library/test.com', 'tag'],
  // Without a slash it is never a registry.
  'test.com:5000': ['docker.io', 'library/test.com', '5000'],
  'test.com/repo:tag': ['test.com', 'repo', 'tag'],
  // A tag beside a digest only informs; both are kept.
  [`test:5000/repo:tag@${D}`]: ['test:5000', 'repo', 'tag', D],
  [`validname:v@sha512:${A(128)}`]: ['docker.io', 'library/validname', 'v', `sha512:${A(128)}`],
  'lowercase:Uppercase': ['docker.io', 'library/lowercase', 'Uppercase'],
  [`example.com/${A(255)}:tag`]: ['example.com', A(255), 'tag'],
  'b.gcr.io/test.example.com/my-app:test.example.com': [
    'b.gcr.io',
    'test.example.com/my-app',
    'test.example.com',
  ],
  [`xn--7o8h.com/myimage:xn--7o8h.com@${D}`]: ['xn--7o8h.com', 'myimage', 'xn--7o8h.com', D],
  'foo_bar.com:8080': ['docker.io', 'library/foo_bar.com', '8080'],
  'foo/foo_bar.com:8080': ['docker.io', 'foo/foo_bar.com', '8080'],
  '192.168.1.1:5000': ['docker.io', 'library/192.168.1.1', '5000'],
  '192.168.1.1:5000/repo:5050': ['192.168.1.1:5000', 'repo', '5050'],
  [`[2001:db8::1]:5000/repo:tag@${D}`]: ['[2001:db8::1]:5000', 'repo', 'tag', D],
  '[::1]:5000/repo': ['[::1]:5000', 'repo'],
  '[fc00::1]:5000/docker': ['[fc00::1]:5000', 'docker'],
  ubuntu: ['docker.io', 'library/ubuntu'],
  'library/ubuntu': ['docker.io', 'library/ubuntu'],
  'docker.io/library/ubuntu': ['docker.io', 'library/ubuntu'],
  'index.docker.io/library/ubuntu-12.04-base': ['docker.io', 'library/ubuntu-12.04-base'],
  'docker.io/foo': ['docker.io', 'library/foo'],
  'fooo/bar': ['docker.io', 'fooo/bar'],
  'index.docker.io/fooo/bar': ['docker.io', 'fooo/bar'],
  'library/foo/bar': ['docker.io', 'library/foo/bar'],
  'localhost/fooo': ['localhost', 'fooo'],
  'LOCALDOMAIN/fooo': ['LOCALDOMAIN', 'fooo'],
  'Foo/bar': ['Foo', 'bar'],
  'FOO/bar': ['FOO', 'bar'],
  'DOCKER/docker': ['DOCKER', 'docker'],
  'test_com/foo': ['docker.io', 'test_com/foo'],
  'test-com:8080/foo': ['test-com:8080', 'foo'],
  'xn--n3h.com:18080/foo': ['xn--n3h.com:18080', 'foo'],
  '127.0.0.1:8000/privatebase': ['127.0.0.1:8000', 'privatebase'],
  'docker---rules/docker': ['docker.io', 'docker---rules/docker'],
  'dock__er/docker': ['docker.io', 'dock__er/docker'],
  'd/docker': ['docker.io', 'd/docker'],
  'jess/t': ['docker.io', 'jess/t'],
  '192.168.0.1': ['docker.io', 'library/192.168.0.1'],
  '192.168.0.1:80': ['docker.io', 'library/192.168.0.1', '80'],
  '192.168.0.1:8/debian': ['192.168.0.1:8', 'debian'],
  [`docker.io/${HEX}`]: ['docker.io', `library/${HEX}`],
  [`g${HEX.slice(1)}`]: ['docker.io', `library/g${HEX.slice(1)}`],
}

for (const [text, [registry, path, tag, digest]] of Object.entries(READ)) {
  test(`reads ${text.slice(0, 60)}`, () => {
    const expected = { registry, path, ...(tag && { tag }), ...(digest && { digest }) }
    assert.deepEqual(parseReference(text), expected)
  })
}

test('the name of a repository may have 255 characters, whatever the tag', () => {
  const text = `${'a/'.repeat(127)}a:tag-puts-this-over-max`
  assert.equal(parseReference(text).tag, 'tag-puts-this-over-max')
  for (const domain of ['domain', 'domain.io'])
    assert.throws(() => parseReference(`${domain}/${A(256)}:tag`), /at most 255 characters/)
})

const REFUSED = [
  '',
  ':justtag',
  `@${D}`,
  `repo@sha256:${'f'.repeat(34)}`,
  `validname@invaliddigest:${HEX}`,
  `validname@sha512:${HEX}`,
  // Docker reads it; we could not check its bytes.
  `validname@sha384:${'a'.repeat(96)}`,
  `repo@sha256:${'F'.repeat(64)}`,
  'aa/asdf$$^/aa',
  '[2001:db8::1]',
  '[2001:db8::1]:5000',
  '[2001:db8::1]:tag',
  '[fc00::1]',
  '[fc00::1]:5000',
  '[fe80::1%eth0]:5000/repo',
  '[fe80::1%eth0]:5000/debian',
  '[fe80::1%@invalidzone]:5000/repo',
  'https://github.com/docker/docker',
  '-docker',
  '-docker/docker',
  '-docker.io/docker/docker',
  'docker///docker',
  'docker-/docker',
  '____/____',
  '_docker/_docker',
  'dock..er/docker',
  'dock_.er/docker',
  'dock-.er/docker',
  'docker/',
  'fc00::1:5000/debian',
  '[2001:db8:3:4::192.0.2.33]:5000/debian',
  HEX,
  'white space',
  'gcr?com',
  'b@char/image',
  'ghcr.io/octo/app:',
  'ghcr.io/octo/app:-tag',
  `ghcr.io/octo/app:${A(129)}`,
  'ghcr.io/octo/app\n',
  'ghcr.io/../app',
  'docker/Docker',
  'Uppercase:tag',
  'test:5000/Uppercase/lowercase:tag',
]

for (const text of REFUSED) {
  test(`refuses "${text.slice(0, 60)}"`, () => {
    assert.throws(() => parseReference(text), { name: 'FormatError' })
  })
}

test('capitals in the name of a repository are the commonest mistake, and are shown repaired', () => {
  assert.throws(() => parseReference('ghcr.io/Octo/App:1.0'), /in lower case, like ghcr\.io\/octo\/app:1\.0$/)
  assert.throws(() => parseReference('Uppercase:Tag'), /in lower case, like uppercase:Tag$/)
})

test('a tag that an expression has spoilt is told from a wrong name', () => {
  assert.throws(() => parseReference('ghcr.io/octo/app:'), /is the expression that should give it empty\?$/)
  assert.throws(() => parseReference('ghcr.io/octo/app:feature/x'), /like feature-x for a branch feature\/x$/)
  assert.throws(() => parseReference('https://ghcr.io/octo/app:1'), /expected registry\/name:tag/)
})

test('an image that exists is named by its digest alone, or by a tag, which is latest if unsaid', () => {
  const read = (text: string) => formatReference(parseImageRef(text))
  assert.equal(read('busybox'), 'docker.io/library/busybox:latest')
  assert.equal(read(`busybox@${D}`), `docker.io/library/busybox@${D}`)
  assert.equal(read(`gcr.io/library/busybox:latest@${D}`), `gcr.io/library/busybox@${D}`)
})

test('a tag to publish is latest where none is said, and never a digest', () => {
  assert.deepEqual(parseTagRef('busybox'), { registry: 'docker.io', path: 'library/busybox', tag: 'latest' })
  assert.throws(() => parseTagRef(`busybox@${D}`), { name: 'FormatError', word: 'tag' })
  assert.throws(() => parseTagRef(`busybox:1@${D}`), { name: 'FormatError', word: 'tag' })
})

test('is written whole', () => {
  assert.equal(formatReference(parseTagRef('busybox')), 'docker.io/library/busybox:latest')
  const { registry, path, digest } = parseReference(`ghcr.io/octo/app@${D}`)
  assert(digest)
  assert.equal(formatReference({ registry, path, digest }), `ghcr.io/octo/app@${D}`)
  assert.equal(formatRepository({ registry, path }), 'ghcr.io/octo/app')
})

test('the same place under two names', () => {
  assert.ok(sameRepository(parseReference('busybox:1'), parseReference('index.docker.io/library/busybox')))
  assert.ok(!sameRepository(parseReference('ghcr.io/octo/app'), parseReference('ghcr.io/octo/other')))
})

const component = fc.stringMatching(/^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)?$/)
const registry = fc.oneof(
  fc.constantFrom('localhost', 'docker.io', 'ghcr.io', '127.0.0.1:5000', '[::1]:5000'),
  fc.domain(),
)
const reference = fc.record(
  {
    registry,
    path: fc.array(component, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('/')),
    tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/),
  },
  { noNullPrototype: true },
)

test('what is written is read back', () => {
  fc.assert(
    fc.property(reference, (written) => {
      fc.pre(written.path.length <= 255)
      assert.deepEqual(parseTagRef(formatReference(written)), written)
    }),
  )
})

test('any text is a reference or a FormatError', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'aZ0./:@_-[]% '), maxLength: 40 }), (text) => {
      try {
        parseReference(text)
      } catch (error: unknown) {
        assert.equal(error instanceof Error && error.name, 'FormatError')
      }
    }),
  )
})

test('a scheme is told to be too much', () => {
  for (const text of [
    'https://ghcr.io/octo/app:1',
    'oci://ghcr.io/octo/chart',
    'docker://127.0.0.1:5000/app',
  ])
    assert.throws(() => parseReference(text), { name: 'FormatError', message: /without a scheme$/ })
})
