import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestOf, parseDigest } from '../../src/image/digest.ts'

const EMPTY = 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

test('names bytes by their hash', () => {
  assert.equal(digestOf(new Uint8Array()), EMPTY)
  assert.equal(
    digestOf(new TextEncoder().encode('{}')),
    'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  )
})

test('reads what it wrote', () => assert.equal(parseDigest(EMPTY), EMPTY))

const REFUSED = {
  nothing: '',
  'no algorithm': EMPTY.slice(7),
  'one digit too few': EMPTY.slice(0, -1),
  'one digit too many': `${EMPTY}0`,
  capitals: EMPTY.toUpperCase(),
  'capital digits': `sha256:${'A'.repeat(64)}`,
  'a space': ` ${EMPTY}`,
  'a line break': `${EMPTY}\n`,
  // Legal elsewhere, but its bytes could not be checked here, and no registry we know wants it.
  sha512: `sha512:${'a'.repeat(128)}`,
  'an algorithm nobody knows': `invaliddigest:${'f'.repeat(64)}`,
}

for (const [what, text] of Object.entries(REFUSED)) {
  test(`refuses ${what}`, () => {
    assert.throws(() => parseDigest(text), { name: 'FormatError', word: 'digest', given: text })
  })
}
