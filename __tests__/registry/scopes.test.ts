import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  coversScopes,
  mergeScopes,
  pullOnly,
  repositoryScope,
  splitScopes,
} from '../../src/registry/auth/scopes.ts'

test('actions are sorted and said once', () => {
  assert.equal(repositoryScope('foo', ['push', 'pull']), 'repository:foo:pull,push')
  assert.equal(
    repositoryScope('foo', ['push', 'pull', 'pull', 'delete', 'push']),
    'repository:foo:delete,pull,push',
  )
})

test('a star swallows every other action', () => {
  assert.deepEqual(mergeScopes(['repository:foo:pull', 'repository:foo:*']), ['repository:foo:*'])
})

test('actions of one repository come together, in the order of first mention', () => {
  assert.deepEqual(
    mergeScopes([
      'repository:hello-world:push',
      'repository:alpine:delete',
      'repository:hello-world:pull',
      'repository:alpine:delete',
    ]),
    ['repository:hello-world:pull,push', 'repository:alpine:delete'],
  )
})

test('other types of resources pass', () => {
  assert.deepEqual(mergeScopes(['whatever:foo/bar:pull', 'registry:catalog:*']), [
    'whatever:foo/bar:pull',
    'registry:catalog:*',
  ])
})

test('what names no resource is left out, like the star of Gitea', () => {
  assert.deepEqual(mergeScopes(['*', 'aws', '', 'repository:foo:pull']), ['repository:foo:pull'])
})

test('a repository name may hold a port', () => {
  assert.deepEqual(mergeScopes(['repository:host:4242/foo/bar:pull', 'repository:host:4242/foo/bar:push']), [
    'repository:host:4242/foo/bar:pull,push',
  ])
})

test('a wide token is good for narrow needs, not the other way round', () => {
  const wide = ['repository:foo:pull,push', 'repository:bar:pull']
  assert.ok(coversScopes(wide, ['repository:foo:pull']))
  assert.ok(coversScopes(wide, ['repository:bar:pull', 'repository:foo:push']))
  assert.ok(coversScopes(['repository:foo:*'], ['repository:foo:delete']))
  assert.ok(coversScopes(wide, []))
  assert.ok(!coversScopes(wide, ['repository:bar:push']))
  assert.ok(!coversScopes(wide, ['repository:baz:pull']))
})

test('everything can be had to read only', () => {
  assert.deepEqual(pullOnly(['repository:foo:pull,push']), ['repository:foo:pull'])
})

test('a challenge may name several scopes, or none', () => {
  assert.deepEqual(splitScopes('repository:a:pull  repository:b:pull'), [
    'repository:a:pull',
    'repository:b:pull',
  ])
  assert.deepEqual(splitScopes(), [])
})
