import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doubtsIn } from '../../src/action/doubts.ts'
import { readInputs } from '../../src/action/inputs.ts'

type Texts = Readonly<Record<string, string>>

const doubts = (texts: Texts, environment: Texts = {}) =>
  doubtsIn(readInputs((name) => texts[name] ?? '').inputs, { environment })

test('a platform that the field knows is not doubted', () => {
  const platforms = 'linux/amd64,linux/arm/v6,windows(10.0.17763)/amd64,wasi/wasm'
  const sources = 'octo/a,images.yml\nocto/b arch=aarch64,variant=v8\nocto/c os=windows'
  assert.deepEqual(doubts({ mode: 'merge', platforms, sources }), [])
})

test('one that nobody knows is, once, and with the input that names it', () => {
  const sources = 'octo/a arch=amd46\nocto/b arch=amd46\nocto/c os=linnux'
  assert.deepEqual(doubts({ mode: 'merge', platforms: 'linux/m68k,linux/arm64', sources }), [
    'input "platforms": linux/m68k is no platform that we know; if it is misspelt, nobody will find the image',
    'input "sources": linux/amd46 is no platform that we know; if it is misspelt, nobody will find the image',
    'input "sources": linnux/amd64 is no platform that we know; if it is misspelt, nobody will find the image',
  ])
})

test('a cache of GitHub that buildx would leave out without a word is doubted', () => {
  const doubt =
    'input "cache-to": this runner has no cache service for type=gha, so there is no such cache; another type, like registry, needs none'
  const service = { ACTIONS_RUNTIME_TOKEN: 't', ACTIONS_RESULTS_URL: 'https://results.lan/' }
  const gha = { 'cache-to': '[linux/arm64] type=gha,mode=max\n[linux/amd64] type=gha' }
  assert.deepEqual(doubts(gha), [doubt])
  assert.deepEqual(doubts(gha, { ACTIONS_RUNTIME_TOKEN: 't' }), [doubt])
  assert.deepEqual(doubts(gha, service), [])
  assert.deepEqual(doubts({ 'cache-to': 'type=gha,token=t,url=https://cache.lan/' }), [])
  assert.deepEqual(doubts({ 'cache-to': 'type=registry,ref=octo/app:cache' }), [])
})
