import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withRegistries } from '../../src/builder/config.ts'

test('mirrors and insecure hosts become tables after what the user wrote', () => {
  const text = withRegistries('debug = true\n', {
    mirrors: ['m.io', 'n.io:5000'],
    insecure: ['reg.lan:5000'],
  })
  assert.equal(
    text,
    [
      'debug = true',
      '[registry."docker.io"]\n  mirrors = ["m.io", "n.io:5000"]',
      '[registry."reg.lan:5000"]\n  http = true\n  insecure = true',
    ].join('\n\n'),
  )
})

test('a table that the user wrote stays as it is', () => {
  const text = '[registry."docker.io"]\n  mirrors = ["own.io"]'
  assert.equal(withRegistries(text, { mirrors: ['m.io'], insecure: [] }), text)
})

test('nothing wanted is nothing said', () => {
  assert.equal(withRegistries('', { mirrors: [], insecure: [] }), '')
})
