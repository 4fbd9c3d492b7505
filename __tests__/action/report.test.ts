import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { InputError } from '../../src/action/inputs.ts'
import { toReport } from '../../src/action/report.ts'
import type { Title } from '../../src/action/titles.ts'
import { DockerfileMissing } from '../../src/build/context.ts'
import { BuildFailed } from '../../src/build/run.ts'
import { BuilderError } from '../../src/builder/builder.ts'
import { BuildxError } from '../../src/builder/buildx.ts'
import { ConfigMissing } from '../../src/builder/config.ts'
import { EngineError } from '../../src/builder/engine.ts'
import { ImageError } from '../../src/builder/images.ts'
import { BuildxTooOld } from '../../src/builder/needs.ts'
import { EmulatorError } from '../../src/emulation/ensure.ts'
import { parsePlatform } from '../../src/image/platform.ts'
import { PlatformTwice } from '../../src/merge/assemble.ts'
import { PlatformMissing } from '../../src/merge/flatten.ts'
import { ChecksumError } from '../../src/system/tools.ts'

const ARM = parsePlatform('linux/arm/v7')

type Case = Readonly<{ error: unknown; title: Title; detail: readonly RegExp[]; advice: readonly RegExp[] }>

const cases: Readonly<Record<string, Case>> = {
  'wrong inputs, each in a line': {
    error: new InputError([
      { input: 'tags', message: 'is empty; name a tag' },
      { input: 'push', message: '"x" is not a switch; expected true or false' },
    ]),
    title: 'The inputs need a correction',
    detail: [
      /^input "tags": is empty; name a tag$/m,
      /^input "push": "x" is not a switch; expected true or false$/m,
    ],
    advice: [],
  },
  'no docker': {
    error: new EngineError('docker', ''),
    title: 'Docker is not installed',
    detail: [/^The docker command is not installed/],
    advice: [/runner with Docker, such as ubuntu-24\.04/, /docker\/setup-docker-action/],
  },
  'no engine, with what docker said': {
    error: new EngineError('engine', 'Cannot connect to the Docker daemon\n'),
    title: 'The Docker engine does not answer',
    detail: [/does not answer\.\nCannot connect to the Docker daemon$/],
    advice: [/DOCKER_HOST/],
  },
  'an engine that this user may not ask': {
    error: new EngineError('engine', 'permission denied while trying to connect to the Docker daemon socket'),
    title: 'The Docker engine does not answer',
    detail: [/permission denied/],
    advice: [/may not use its socket/, /usermod -aG docker/],
  },
  'no buildx': {
    error: new EngineError('buildx', 'unknown command'),
    title: 'Docker has no buildx',
    detail: [/unknown command/],
    advice: [/buildx-version: latest/, /docker-buildx-plugin/],
  },
  'a buildx that is too old, for each input': {
    error: new BuildxTooOld('v0.9.1', [{ since: 'v0.10.0' }, { input: 'policy', since: 'v0.31.0' }]),
    title: 'Buildx is too old',
    detail: [
      /^This action needs buildx v0\.10\.0 or newer, and v0\.9\.1 is used\.$/m,
      /^The input policy needs buildx v0\.31\.0 or newer, and v0\.9\.1 is used\.$/m,
    ],
    advice: [/buildx-version/],
  },
  'a buildx that is nowhere': {
    error: new BuildxError('~0.99', 'no version of buildx in https://m.lan/releases.json is ~0.99'),
    title: 'Buildx could not be downloaded',
    detail: [/^No version of buildx in .* is ~0\.99\.$/],
    advice: [/Check buildx-version/, /buildx-download-url/],
  },
  'a buildx that somebody has changed': {
    error: new BuildxError('v0.30.1', 'it is another', new ChecksumError('https://m.lan/buildx', 'a1', 'b2')),
    title: 'Buildx could not be downloaded',
    detail: [/^It is another\.$/],
    advice: [/thrown away/, /do not trust/],
  },
  'settings of BuildKit in a file that is not there': {
    error: new ConfigMissing('b.toml'),
    title: 'The inputs need a correction',
    detail: [/^The input buildkitd-config names b\.toml, and there is no such file/],
    advice: [/starts at the workspace/, /buildkitd-config-inline/],
  },
  'no Dockerfile in a folder that is there': {
    error: new DockerfileMissing('/repo/Dockerfile', '/repo', true),
    title: 'The Dockerfile is missing',
    detail: [/^There is no Dockerfile at \/repo\/Dockerfile\.$/],
    advice: [/input file/, /actions\/checkout/, /Git URL/],
  },
  'no folder to build from': {
    error: new DockerfileMissing('/repo/app/Dockerfile', '/repo/app', false),
    title: 'The Dockerfile is missing',
    detail: [/^There is no folder \/repo\/app/],
    advice: [/actions\/checkout/, /input context/, /https:\/\/github\.com\/octo\/app\.git#main/],
  },
  'an image that nobody gives': {
    error: new ImageError('moby/buildkit:1', [
      'moby/buildkit:1: toomanyrequests',
      'm.io/moby/buildkit:1: not found',
    ]),
    title: 'An image could not be pulled',
    detail: [/moby\/buildkit:1 could not be pulled/, /^m\.io\/moby\/buildkit:1: not found$/m],
    advice: [/100 in six hours/, /login-action/, /image-mirrors/, /one that is there is not pulled/],
  },
  'an image that is not there': {
    error: new ImageError('octo/binfmt:1', ['octo/binfmt:1: manifest unknown']),
    title: 'An image could not be pulled',
    detail: [/^octo\/binfmt:1: manifest unknown$/m],
    advice: [/Check its name/, /binfmt-image/],
  },
  'an emulator that crashes': {
    error: new EmulatorError(['linux/s390x'], 'octo/binfmt:1', 'installing: s390x OK', 'broken'),
    title: 'An emulator did not come up',
    detail: [/installed and does not run for linux\/s390x/],
    advice: [/no Dockerfile is to blame/, /another version of octo\/binfmt:1/],
  },
  'an emulator that the kernel has lost again': {
    error: new EmulatorError(['linux/s390x'], 'octo/binfmt:1', 'installing: s390x OK', 'gone'),
    title: 'An emulator did not come up',
    detail: [/the kernel has lost it since, for linux\/s390x/],
    advice: [/as root: mount -t binfmt_misc binfmt_misc \/proc\/sys\/fs\/binfmt_misc/, /rootless/],
  },
  'no emulator, with what the installer said': {
    error: new EmulatorError(
      ['linux/arm/v7', 'linux/s390x'],
      'octo/binfmt:1',
      'cannot mount binfmt_misc filesystem: operation not permitted',
      'missing',
    ),
    title: 'An emulator did not come up',
    detail: [
      /no working emulator for linux\/arm\/v7, linux\/s390x/,
      /^cannot mount binfmt_misc filesystem: operation not permitted$/m,
    ],
    advice: [/must be allowed to run privileged/, /in a user namespace.* qemu-user-static/],
  },
  'no builder, with what buildx said': {
    error: new BuilderError(
      'multiarch-1',
      'the builder "multiarch-1" did not start',
      'ERROR: pull access denied\n',
    ),
    title: 'The builder did not start',
    detail: [/^The builder "multiarch-1" did not start\.\nERROR: pull access denied$/],
    advice: [/buildkit-image/],
  },
  'no builder, with the reason that buildx ends with': {
    error: new BuilderError(
      'multiarch-1',
      'the builder "multiarch-1" did not start',
      '#1 [internal] booting buildkit\n#1 ERROR: no\n------\n > [internal] booting buildkit:\n------\nERROR: no\n',
    ),
    title: 'The builder did not start',
    detail: [/^The builder "multiarch-1" did not start\.\nERROR: no$/],
    advice: [/buildkit-image/],
  },
  'a builder of the user’s that is not there': {
    error: new BuilderError('mine', 'the builder "mine" did not start', 'ERROR: no builder "mine" found\n'),
    title: 'The builder did not start',
    detail: [/no builder "mine" found$/],
    advice: [/docker buildx create/],
  },
  'a build that failed, with the end of its log': {
    error: new BuildFailed(ARM, 17, ['#5 RUN make', 'make: *** no rule']),
    title: 'A platform failed to build',
    detail: [/linux\/arm\/v7 ended with exit code 17/, /^#5 RUN make\nmake: \*\*\* no rule$/m],
    advice: [/group "Build linux\/arm\/v7"/, /No tag was moved/],
  },
  'a build whose push was refused: the login may be lacking': {
    error: new BuildFailed(ARM, 1, ['ERROR: failed to solve: failed to push ghcr.io/octo/app: denied']),
    title: 'A platform failed to build',
    detail: [/^ERROR: failed to solve: failed to push ghcr\.io\/octo\/app: denied$/m],
    advice: [/docker\/login-action/, /packages: write/],
  },
  'a build that somebody killed': {
    error: new BuildFailed(ARM, undefined, []),
    title: 'A platform failed to build',
    detail: [/linux\/arm\/v7 was ended by a signal/],
    advice: [/No tag was moved/],
  },
  'another platform than was wanted': {
    error: new PlatformMissing(ARM, 'sha256:ab', ['linux/amd64']),
    title: 'A platform is missing',
    detail: [/^sha256:ab holds no image for linux\/arm\/v7, but linux\/amd64\.$/],
    advice: [/FROM --platform=\$BUILDPLATFORM/],
  },
  'a platform twice': {
    error: new PlatformTwice('linux/arm64', ['sha256:ab', 'sha256:cd']),
    title: 'The inputs need a correction',
    detail: [/^linux\/arm64 is there twice: sha256:ab and sha256:cd\.$/],
    advice: [/each platform once/],
  },
  'what nobody has foreseen, with where it happened': {
    error: new TypeError('x is not a function'),
    title: 'Something unexpected happened',
    detail: [/^x is not a function$/m, /report\.test\.ts/],
    advice: [/report it/],
  },
  'what is not even an error': {
    error: 'boom',
    title: 'Something unexpected happened',
    detail: [/^boom$/],
    advice: [/report it/],
  },
}

const hints: readonly (readonly [said: string, advice: RegExp])[] = [
  ['#2 ERROR: no match for platform in manifest: not found', /FROM is not made for linux\/arm\/v7/],
  ['#7 exec /bin/sh: exec format error', /not made for linux\/arm\/v7, or whose emulator is missing/],
  ['#2 429 Too Many Requests - toomanyrequests: You have reached', /registry-mirrors/],
  ['#9 cp: write error: No space left on device', /The disk is full/],
]

describe('the end of a log hints at what helps:', () => {
  for (const [said, advice] of hints)
    test(said, () => {
      const report = toReport(new BuildFailed(ARM, 1, [said, '#9 DONE']))
      assert.match(report.advice, advice)
      assert.equal(report.advice.split('\n').length, 2, 'this hint alone')
    })
})

test('a file that the system does not give is no fault of the action', async () => {
  const below = await readFile(join(import.meta.filename, 'file')).catch((error: unknown) => error)
  const { title, detail, advice } = toReport(below)
  assert.equal(title, 'A file cannot be read or written')
  assert.match(detail, /^ENOTDIR: not a directory, open '.*report\.test\.ts\/file'\.$/)
  assert.match(advice, /correct the path/)
  assert.match(
    toReport(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' })).advice,
    /disk is full/,
  )
})

describe('a report says what happened and what to do:', () => {
  for (const [name, { error, title, detail, advice }] of Object.entries(cases)) {
    test(name, () => {
      const report = toReport(error)
      assert.equal(report.title, title)
      for (const pattern of detail) assert.match(report.detail, pattern)
      for (const pattern of advice) assert.match(report.advice, pattern)
    })
  }
})

test('no report has empty lines or loose ends', () => {
  for (const { error } of Object.values(cases)) {
    const { detail, advice } = toReport(error)
    for (const text of [detail, advice]) assert.doesNotMatch(text, /\n\n|\s$|^\s/)
  }
})
