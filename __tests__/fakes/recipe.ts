import assert from 'node:assert/strict'
import type { Run } from '../../src/action/run.ts'
import type { Attributes } from '../../src/build/attributes.ts'
import { parseCaches } from '../../src/build/cache.ts'
import { narrow, type PlatformRecipe, type Recipe } from '../../src/build/plan.ts'
import type { Narrowed } from '../../src/image/narrowed.ts'
import { parsePlatform } from '../../src/image/platform.ts'

/** What is built where the inputs say nothing of it. */
export const RECIPE: Recipe = {
  ...{ context: '.', file: [], target: [], buildArgs: [], labels: [], annotations: [] },
  ...{ secrets: [], emptySecrets: [], cacheFrom: [], cacheTo: [] },
  ...{ noCache: false, pull: false, attests: [], passed: {} },
}

/** The same, for one platform. */
export const PLATFORM_RECIPE: PlatformRecipe = narrow(RECIPE)

export function forAll<T>(value: T): Narrowed<T> {
  return { only: [], value }
}

/** Something for these platforms alone. */
export function forOnly<T>(platforms: string, value: T): Narrowed<T> {
  return { only: platforms.split(',').map(parsePlatform), value }
}

/** A cache, from the text of its entry. */
export function cache(entry: string): Attributes {
  return parseCaches(entry)[0] ?? assert.fail()
}

/** A runner that says nothing of its run. */
export const NOWHERE: Run = {
  ...{
    url: '',
    private: undefined,
    noDefaultAttestations: false,
    defaultContext: undefined,
    environment: {},
    wants: { summary: true, annotations: true },
  },
  job: { run: { id: '7', attempt: 1 }, leg: { job: 'image', runner: 'r1' }, writer: '' },
}
