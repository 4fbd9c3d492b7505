import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  algorithmOf,
  digestOf,
  isDigestOf,
  objectionToDigest,
  parseAnyDigest,
  parseDigest,
} from '../../src/image/digest.ts'

const EMPTY = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

test('names bytes by their hash', () => {
  assert.equal(digestOf(new Uint8Array()), EMPTY)
  assert.equal(
    digestOf(new TextEncoder().encode('{}')),
    'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  )
})

test('reads what it wrote', () => assert.equal(parseDigest(EMPTY), EMPTY))

test('reads and computes sha512 as well', () => {
  const bytes = new TextEncoder().encode('{}')
  const digest = digestOf(bytes, 'sha512')
  // From `printf '{}' | sha512sum`.
  const digits =
    '27c74670adb75075fad058d5ceaf7b20c4e7786c83bae8a32f626f9782af34c9a33c2046ef60fd2a7878d378e29fec851806bbd9a67878f3a9f1cda4830763fd'
  assert.equal(digest, `sha512:${digits}`)
  assert.equal(parseDigest(digest), digest)
  assert.ok(isDigestOf(digest, bytes))
  assert.ok(!isDigestOf(digest, new Uint8Array()))
  assert.equal(algorithmOf(digest), 'sha512')
})

const CARRIED = [
  `sha384:${'a'.repeat(96)}`,
  `blake3:${'a'.repeat(64)}`,
  'multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8',
  'sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564',
]

for (const text of CARRIED) {
  test(`carries ${text.slice(0, 20)} along, but cannot check it`, () => {
    const digest = parseAnyDigest(text)
    assert.equal(digest, text)
    assert.throws(() => parseDigest(text), { name: 'FormatError', given: text })
    assert.match(objectionToDigest(digest) ?? '', /cannot be checked: only what sha256 and sha512 name can$/)
    assert.ok(!isDigestOf(digest, new Uint8Array()))
  })
}

for (const text of [
  'blake3',
  'blake3:',
  'a/b:c',
  '../x:c',
  'x:a/b',
  'X:a',
  'x:a b',
  EMPTY.slice(0, -1),
  'sha512:aa',
]) {
  test(`not even a descriptor may have the digest "${text}"`, () => {
    assert.throws(() => parseAnyDigest(text), { name: 'FormatError', word: 'digest', given: text })
  })
}

const REFUSED = {
  nothing: '',
  'no algorithm': EMPTY.slice(7),
  'one digit too few': EMPTY.slice(0, -1),
  'one digit too many': `${EMPTY}0`,
  capitals: EMPTY.toUpperCase(),
  'capital digits': `sha256:${'A'.repeat(64)}`,
  'a space': ` ${EMPTY}`,
  'a line break': `${EMPTY}\n`,
  'a sha512 that is too short': `sha512:${'a'.repeat(64)}`,
  'a sha256 that is too long': `sha256:${'a'.repeat(128)}`,
  // Legal elsewhere, but its bytes could not be checked here.
  sha384: `sha384:${'a'.repeat(96)}`,
  'an algorithm nobody knows': `invaliddigest:${'f'.repeat(64)}`,
}

for (const [what, text] of Object.entries(REFUSED)) {
  test(`refuses ${what}`, () => {
    assert.throws(() => parseDigest(text), { name: 'FormatError', word: 'digest', given: text })
  })
}
