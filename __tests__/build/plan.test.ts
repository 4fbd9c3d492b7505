import assert from 'node:assert/strict'
import { test } from 'node:test'
import { narrow } from '../../src/build/plan.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { cache, forAll, forOnly, PLATFORM_RECIPE, RECIPE } from '../fakes/recipe.ts'

const recipe = {
  ...RECIPE,
  file: [forOnly('linux/arm/v7', 'Dockerfile.arm'), forAll('Dockerfile')],
  target: [forOnly('linux/arm64', 'slim')],
  buildArgs: [forOnly('linux/arm/v7,linux/arm64', 'GOARM=7'), forAll('GOARM=6')],
  labels: [forAll('a=1')],
  secrets: [forOnly('linux/arm64', { id: 'key', value: 'hush' })],
  emptySecrets: ['npm'],
  cacheTo: [forAll(cache('type=gha')), forOnly('linux/386', cache('type=inline'))],
}

test('a platform has its own file, stage, arguments, secrets and caches, and what is for all', () => {
  assert.deepEqual(narrow(recipe, parsePlatform('linux/arm64')), {
    ...{ ...PLATFORM_RECIPE, file: 'Dockerfile', target: 'slim', labels: ['a=1'] },
    ...{ buildArgs: ['GOARM=6', 'GOARM=7'], secrets: [{ id: 'key', value: 'hush' }] },
    cacheTo: [forAll(cache('type=gha'))],
  })
  assert.deepEqual(narrow(recipe, parsePlatform('linux/arm')), {
    ...{ ...PLATFORM_RECIPE, file: 'Dockerfile.arm', labels: ['a=1'], buildArgs: ['GOARM=6', 'GOARM=7'] },
    cacheTo: [forAll(cache('type=gha'))],
  })
})
