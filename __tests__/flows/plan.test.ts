import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseRunnerRule } from '../../src/action/handoff-fields.ts'
import { perform } from '../../src/flows/perform.ts'
import { PlanTooLarge, planJobs } from '../../src/flows/plan.ts'
import { formatPlatform, parsePlatform } from '../../src/image/platform.ts'
import { openWorld } from '../fakes/world.ts'

type Texts = Readonly<{ platforms: string; runners?: string; group?: boolean }>

const requestOf = ({ platforms, runners = '', group = true }: Texts) => ({
  ...{ mode: 'plan' as const, group },
  platforms: platforms.split(' ').map(parsePlatform),
  runners: runners.split(' ').filter(Boolean).map(parseRunnerRule),
})

/** Each job as `runner: platforms`, an emulated one with a tilde. */
const planned = (texts: Texts) =>
  planJobs(requestOf(texts)).map(({ runner, platforms, emulated }) => {
    const names = platforms.map((platform) => {
      const isEmulated = emulated.some((one) => formatPlatform(one) === formatPlatform(platform))
      return `${isEmulated ? '~' : ''}${formatPlatform(platform)}`
    })
    return `${runner.join('+')}: ${names.join(' ')}`
  })

const plans: Readonly<Record<string, readonly [Texts, readonly string[]]>> = {
  'both of GitHub’s machines, each once': [
    { platforms: 'linux/amd64 linux/arm64' },
    ['ubuntu-24.04: linux/amd64', 'ubuntu-24.04-arm: linux/arm64'],
  ],
  '386 beside amd64, which runs it': [
    { platforms: 'linux/amd64 linux/arm64 linux/386' },
    ['ubuntu-24.04: linux/amd64 linux/386', 'ubuntu-24.04-arm: linux/arm64'],
  ],
  'emulated platforms where there is least to do': [
    { platforms: 'linux/amd64 linux/arm64 linux/arm/v7 linux/s390x linux/386' },
    ['ubuntu-24.04: linux/amd64 ~linux/s390x linux/386', 'ubuntu-24.04-arm: linux/arm64 ~linux/arm/v7'],
  ],
  '32-bit arm emulated, since GitHub’s ARM machines cannot': [
    { platforms: 'linux/arm64 linux/arm/v7' },
    ['ubuntu-24.04-arm: linux/arm64 ~linux/arm/v7'],
  ],
  'nothing but emulated ones, on the usual machine': [
    { platforms: 'linux/s390x linux/riscv64' },
    ['ubuntu-24.04: ~linux/s390x ~linux/riscv64'],
  ],
  'a job for each platform': [
    { platforms: 'linux/amd64 linux/386 linux/arm64 linux/s390x', group: false },
    [
      ...['ubuntu-24.04: linux/amd64', 'ubuntu-24.04: linux/386', 'ubuntu-24.04-arm: linux/arm64'],
      'ubuntu-24.04: ~linux/s390x',
    ],
  ],
  'a runner of one’s own for one platform': [
    {
      platforms: 'linux/amd64 linux/arm64 linux/s390x',
      runners: 'linux/arm64=self-hosted,arm64 linux/s390x=z',
    },
    ['ubuntu-24.04: linux/amd64', 'self-hosted+arm64: linux/arm64', 'z: linux/s390x'],
  ],
  'runners of one’s own and no others': [
    {
      platforms: 'linux/amd64 linux/arm64',
      runners: 'default=self-hosted,X64 linux/arm64=self-hosted,ARM64',
    },
    ['self-hosted+X64: linux/amd64', 'self-hosted+ARM64: linux/arm64'],
  ],
  'the longest prefix': [
    { platforms: 'linux/arm/v6 linux/arm/v7 linux/arm64', runners: 'linux=a linux/arm=b linux/arm/v7=c' },
    ['b: linux/arm/v6', 'c: linux/arm/v7', 'ubuntu-24.04-arm: linux/arm64'],
  ],
  'no arm64 on what is for arm': [
    { platforms: 'linux/arm64', runners: 'linux/arm=b' },
    ['ubuntu-24.04-arm: linux/arm64'],
  ],
  '32-bit arm natively, where a machine is named for it': [
    { platforms: 'linux/arm64 linux/arm/v7', runners: 'linux/arm=self-hosted,ARM' },
    ['ubuntu-24.04-arm: linux/arm64', 'self-hosted+ARM: linux/arm/v7'],
  ],
  'Windows emulated by nobody, where there is least to do': [
    { platforms: 'linux/amd64 linux/s390x linux/arm64 windows/amd64' },
    ['ubuntu-24.04: linux/amd64 ~linux/s390x', 'ubuntu-24.04-arm: linux/arm64 windows/amd64'],
  ],
  'emulated where somebody wants it so': [
    { platforms: 'linux/amd64 linux/arm64', runners: 'linux/arm64=ubuntu-24.04' },
    ['ubuntu-24.04: linux/amd64 ~linux/arm64'],
  ],
}

describe('a plan has', () => {
  for (const [name, [texts, jobs]] of Object.entries(plans))
    test(name, () => assert.deepEqual(planned(texts), jobs))

  test('every one of 64 platforms, in as few jobs as there are runners', () => {
    const names = Array.from({ length: 64 }, (_, number) => `linux/cpu${number}`).join(' ')
    const jobs = planJobs(requestOf({ platforms: `linux/amd64 linux/arm64 ${names}` }))
    assert.equal(jobs.length, 2)
    assert.equal(jobs.flatMap(({ platforms }) => platforms).length, 66)
    for (const { platforms } of jobs) assert.equal(platforms.length, 33)
    assert.equal(planJobs(requestOf({ platforms: names, group: false })).length, 64)
  })

  test('no more jobs than a matrix may have', () => {
    const names = Array.from({ length: 257 }, (_, number) => `linux/cpu${number}`).join(' ')
    assert.throws(() => planJobs(requestOf({ platforms: names, group: false })), PlanTooLarge)
  })
})

const warnings: Readonly<Record<string, readonly [Texts, said: RegExp | undefined]>> = {
  'emulated for no reason': [
    { platforms: 'linux/amd64 linux/arm64', runners: 'default=ubuntu-24.04' },
    /^warning: linux\/arm64 will be emulated on ubuntu-24\.04, .* add "linux\/arm64=ubuntu-24\.04-arm"/,
  ],
  'emulated because nobody has such a machine': [{ platforms: 'linux/amd64 linux/s390x' }, undefined],
  'native everywhere': [{ platforms: 'linux/amd64 linux/arm64' }, undefined],
  'on a machine that we know nothing of': [
    { platforms: 'linux/arm64', runners: 'linux/arm64=pi' },
    undefined,
  ],
}

describe('planning warns where a platform is', () => {
  for (const [name, [texts, said]] of Object.entries(warnings)) {
    test(`${name}: ${said ? 'yes' : 'no'}`, async () => {
      const { world, log } = openWorld()
      await perform(requestOf(texts), world)
      const warned = log.lines.filter((line) => line.startsWith('warning'))
      if (said === undefined) assert.deepEqual(warned, [])
      else assert.match(warned.join(), said)
    })
  }
})
