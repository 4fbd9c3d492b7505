import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { manifestOf } from '../../src/image/manifest.ts'
import { OCI_INDEX } from '../../src/image/media-types.ts'
import { formatReference, parseTagRef } from '../../src/image/reference.ts'
import { PublishError, publish } from '../../src/publish/publish.ts'
import type { Registry } from '../../src/registry/client.ts'
import { failureOf } from '../fakes/failure.ts'

const INDEX = manifestOf(OCI_INDEX, new TextEncoder().encode('{"manifests":[]}'))
const tags = (...names: readonly string[]) => names.map((name) => parseTagRef(`ghcr.io/octo/app:${name}`))

/** A registry whose every answer waits for the test to give it. */
function patientRegistry() {
  const open = new Map<string, PromiseWithResolvers<void>>()
  const asked: string[] = []
  const putTags = () => Promise.resolve([])
  const put: Registry['put'] = (reference, manifest) => {
    assert.equal(manifest, INDEX)
    const name = formatReference(reference).replace(/^.*:/, '')
    asked.push(name)
    const answer = Promise.withResolvers<void>()
    open.set(name, answer)
    return answer.promise
  }
  return { put, putTags, asked, accept: (name: string) => open.get(name)?.resolve(), refuse }

  function refuse(name: string, why = new Error(`${name} is refused`)): Error {
    open.get(name)?.reject(why)
    return why
  }
}

/** Lets everything happen that can happen without the world outside. */
const settle = () => new Promise<void>((done) => setImmediate(done))

describe('publishing', () => {
  test('puts the most specific tag alone, and the others together when it is there', async () => {
    const registry = patientRegistry()
    const published = publish(INDEX, tags('latest', '1', '1.2.3', 'sha-1'), registry)
    await settle()
    assert.deepEqual(registry.asked, ['1.2.3'])
    registry.accept('1.2.3')
    await settle()
    assert.deepEqual(registry.asked, ['1.2.3', 'sha-1', 'latest', '1'])
    for (const name of ['1', 'latest', 'sha-1']) registry.accept(name)
    assert.deepEqual(await published, tags('1.2.3', 'sha-1', 'latest', '1'))
  })

  test('of a single tag is one request', async () => {
    const registry = patientRegistry()
    const published = publish(INDEX, tags('latest'), registry)
    await settle()
    registry.accept('latest')
    assert.deepEqual(await published, tags('latest'))
    assert.deepEqual(registry.asked, ['latest'])
  })

  test('puts nothing more when the first is refused, and says that nothing has moved', async () => {
    const registry = patientRegistry()
    const published = publish(INDEX, tags('latest', '1.2.3', '1'), registry)
    await settle()
    const why = registry.refuse('1.2.3')
    const error = await failureOf(published, PublishError)
    assert.deepEqual(error.moved, [])
    assert.deepEqual(error.failed, tags('1.2.3'))
    assert.deepEqual(error.untouched, tags('latest', '1'))
    assert.equal(error.cause, why)
    assert.deepEqual(registry.asked, ['1.2.3'])
  })

  test('waits for every other tag when one is refused, and says which have moved', async () => {
    const registry = patientRegistry()
    const published = publish(INDEX, tags('1.2.3', 'sha-1', 'pr-1', 'latest'), registry)
    await settle()
    registry.accept('1.2.3')
    await settle()
    const why = registry.refuse('sha-1')
    await settle()
    registry.accept('latest')
    registry.accept('pr-1')
    const error = await failureOf(published, PublishError)
    assert.deepEqual(error.moved, tags('1.2.3', 'pr-1', 'latest'))
    assert.deepEqual(error.failed, tags('sha-1'))
    assert.deepEqual(error.untouched, [])
    assert.equal(error.cause, why)
  })

  test('names all that were refused', async () => {
    const registry = patientRegistry()
    const published = publish(INDEX, tags('1.2.3', 'latest', 'edge'), registry)
    await settle()
    registry.accept('1.2.3')
    await settle()
    registry.refuse('edge')
    registry.refuse('latest')
    const error = await failureOf(published, PublishError)
    assert.deepEqual(error.failed, tags('latest', 'edge'))
    assert.match(error.message, /ghcr\.io\/octo\/app:latest, ghcr\.io\/octo\/app:edge/)
  })
})
