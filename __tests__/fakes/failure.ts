import assert from 'node:assert/strict'

type Class<E> = abstract new (...given: never) => E

/** What it fails with, which must be of this class. */
export async function failureOf(work: Promise<unknown>): Promise<Error>
export async function failureOf<E>(work: Promise<unknown>, kind: Class<E>): Promise<E>
export async function failureOf(work: Promise<unknown>, kind: Class<unknown> = Error): Promise<unknown> {
  const error = await work.then(
    () => assert.fail('it went well'),
    (why: unknown) => why,
  )
  assert.ok(error instanceof kind, String(error))
  return error
}
