import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readProblem } from '../../src/registry/error-body.ts'
import { readWarning } from '../../src/registry/layers/warnings.ts'
import { redactUrl } from '../../src/registry/redact.ts'

const problem = (status: number, body: string) => readProblem(status, new TextEncoder().encode(body))

const CASES: readonly (readonly [status: number, body: string, codes: readonly string[], text: string])[] = [
  [
    400,
    '{"errors":[{"code":"NAME_INVALID","message":"a message for you"}],"StatusCode":400}',
    ['NAME_INVALID'],
    'NAME_INVALID: a message for you',
  ],
  [
    400,
    '{"errors":[{"code":"NAME_INVALID","message":"a message for you"}, {"code":"SIZE_INVALID","message":"another message for you", "detail": "with some details"}]}',
    ['NAME_INVALID', 'SIZE_INVALID'],
    'NAME_INVALID: a message for you; SIZE_INVALID: another message for you (with some details)',
  ],
  [400, '{"StatusCode":400}', [], '{"StatusCode":400}'],
  [400, '', [], 'Bad Request'],
  [400, '<html><body>JSON? What JSON?</body></html>', [], '<html><body>JSON? What JSON?</body></html>'],
  [401, '{"details":"incorrect username or password"}', [], '{"details":"incorrect username or password"}'],
  [
    404,
    '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"this-does-not-exist"}}]}',
    ['MANIFEST_UNKNOWN'],
    'MANIFEST_UNKNOWN: manifest unknown ({"Tag":"this-does-not-exist"})',
  ],
  [
    400,
    '{"errors":[{"code":"MANIFEST_INVALID","message":"manifest invalid","detail":{}}]}',
    ['MANIFEST_INVALID'],
    'MANIFEST_INVALID: manifest invalid',
  ],
  [
    401,
    '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":[{"Type":"repository","Class":"","Name":"library/this-does-not-exist","Action":"pull"}]}]}',
    ['UNAUTHORIZED'],
    'UNAUTHORIZED: authentication required ([{"Type":"repository","Class":"","Name":"library/this-does-not-exist","Action":"pull"}])',
  ],
  [
    404,
    '{"errors":[{"code":"NOT_FOUND","message":"404 page not found"}]}',
    ['NOT_FOUND'],
    'NOT_FOUND: 404 page not found',
  ],
  [
    404,
    '{"errors":[{"code":"NOT_FOUND","message":"artifact test/alpine:sha256-1234.sig not found"}]}',
    ['NOT_FOUND'],
    'NOT_FOUND: artifact test/alpine:sha256-1234.sig not found',
  ],
  [
    429,
    '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit"}]}',
    ['TOOMANYREQUESTS'],
    'TOOMANYREQUESTS: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
  ],
  [
    400,
    '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN","message":"blob unknown to registry","detail":{"digest":"sha256:1234"}}]}',
    ['MANIFEST_BLOB_UNKNOWN'],
    'MANIFEST_BLOB_UNKNOWN: blob unknown to registry ({"digest":"sha256:1234"})',
  ],
  [
    405,
    '{"errors":[{"code":"UNSUPPORTED","message":"The operation is unsupported."}]}',
    ['UNSUPPORTED'],
    'UNSUPPORTED: The operation is unsupported.',
  ],
  [404, '{"errors": [{"code": "404", "message": "Not Found"}]}', ['404'], '404: Not Found'],
  [404, 'Not found', [], 'Not found'],
  [403, '{"errors":"denied: no"}', [], 'denied: no'],
  [403, '{"errors":{"code":"denied","message":"no"}}', ['DENIED'], 'DENIED: no'],
  [403, '{"errors":[]}', [], '{"errors":[]}'],
  [403, '{"errors":[{"code":"DENIED"}]}', ['DENIED'], 'DENIED'],
  [403, '[]', [], '[]'],
  [502, 'null', [], 'null'],
  [400, '{"errors":[{"code":7,"message":null,"detail":[]}]}', ['7'], '7'],
  [599, '', [], ''],
]

for (const [status, body, codes, text] of CASES) {
  test(`reads ${status} ${body.slice(0, 60)}`, () => assert.deepEqual(problem(status, body), { codes, text }))
}

test('a registry cannot write a line of our log', () => {
  const { text } = problem(400, '{"errors":[{"code":"X","message":"one\\n::error::two\\u001b[31m"}]}')
  assert.equal(text, 'X: one ::error::two [31m')
})

test('a long explanation is cut', () => {
  assert.equal(problem(502, 'x'.repeat(5000)).text.length, 1025)
})

test('a URL in a log shows what is harmless only', () => {
  const shown = redactUrl(new URL('https://example.com/somepath?access_token=hunter2&scope=foo&service=bar'))
  assert.equal(shown, 'https://example.com/somepath?access_token=REDACTED&scope=foo&service=bar')
  const signed = redactUrl(
    new URL('https://octo:secret@s3.example.com/x?X-Amz-Signature=abc&X-Amz-Signature=def'),
  )
  assert.equal(signed, 'https://s3.example.com/x?X-Amz-Signature=REDACTED')
})

test('a warning is what a registry says with code 299 and no agent', () => {
  assert.deepEqual(readWarning('299 - "Blob access warning"'), ['Blob access warning'])
  assert.deepEqual(readWarning('299 - "say \\"hello\\""'), ['say "hello"'])
  assert.deepEqual(readWarning('199 - "stale"'), [])
  assert.deepEqual(readWarning('299 proxy "text"'), [])
})
