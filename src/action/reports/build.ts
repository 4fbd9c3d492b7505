import { CallFailed } from '../../build/call.ts'
import { DockerfileMissing } from '../../build/context.ts'
import { BuildFailed } from '../../build/run.ts'
import { formatPlatform } from '../../image/platform.ts'
import { PlatformTwice } from '../../merge/assemble.ts'
import { PlatformMissing } from '../../merge/flatten.ts'
import type { Report } from '../titles.ts'
import { LOGIN } from './registry.ts'
import { lines, told, toldBy } from './told.ts'

/** What a Dockerfile, or the images that have come of it, are not. */
export const OF_BUILD = [
  told(DockerfileMissing, 'The Dockerfile is missing', ({ contextExists }) =>
    contextExists
      ? 'Name it with the input file if it has another name or place. If the whole repository is missing, put a step with actions/checkout before this one, or set context to a Git URL.'
      : 'Put a step with actions/checkout before this one, correct the input context, or set context to a Git URL like https://github.com/octo/app.git#main.',
  ),
  toldBy(BuildFailed, ofBuild),
  told(
    CallFailed,
    'The Dockerfile does not pass',
    'Correct what is named, or leave a check out with a line "# check=skip=…" at the top of the Dockerfile.',
  ),
  told(
    PlatformMissing,
    'A platform is missing',
    'The Dockerfile may end in a stage with FROM --platform=$BUILDPLATFORM; the last stage has to be of the target platform.',
  ),
  told(PlatformTwice, 'The inputs need a correction', 'Name each platform once in the input platforms.'),
]

/** What often stands in the log of a build that failed, and what helps for a platform of this name. */
const HINTS: readonly (readonly [said: RegExp, hint: (name: string) => string])[] = [
  [/failed to push/, () => `The registry did not take the image. ${LOGIN}`],
  [
    /no match for platform in manifest/,
    (name) =>
      `The image in FROM is not made for ${name}: take one that is, or leave ${name} out of the input platforms.`,
  ],
  [
    /exec format error/,
    (name) =>
      `A program was started that is not made for ${name}, or whose emulator is missing: see the group "Emulators", and what the Dockerfile copies or downloads.`,
  ],
  [
    /toomanyrequests|pull rate limit/i,
    () =>
      'A registry gives no more pulls for now: log in to it before this step (docker/login-action), or name a mirror of Docker Hub with the input registry-mirrors.',
  ],
  [/no space left on device/i, () => 'The disk is full: remove what the job does not need before this step.'],
]

function ofBuild({ platform, code, tail, place }: BuildFailed): Report {
  const name = formatPlatform(platform)
  const ended = code === undefined ? 'was ended by a signal' : `ended with exit code ${code}`
  const fitting = HINTS.filter(([said]) => tail.some((line) => said.test(line)))
  return {
    title: 'A platform failed to build',
    detail: lines(`The build of ${name} ${ended}. The end of its log:`, ...tail),
    ...(place && { place }),
    advice: lines(
      ...fitting.map(([, hint]) => hint(name)),
      `The whole log is in the group "Build ${name}". No tag was moved.`,
    ),
  }
}
