import { CallFailed } from '../build/call.ts'
import { DockerfileMissing } from '../build/context.ts'
import { BuildFailed } from '../build/run.ts'
import { formatPlatform } from '../image/platform.ts'
import { formatReference, type TagRef } from '../image/reference.ts'
import { PlatformTwice } from '../merge/assemble.ts'
import { PlatformMissing } from '../merge/flatten.ts'
import { CopyError } from '../publish/copy-error.ts'
import { PublishError } from '../publish/publish.ts'
import { CredentialError } from '../registry/credential.ts'
import { RegistryError } from '../registry/registry-error.ts'
import { InputError } from './inputs.ts'
import { ofBuilder } from './reports/builder.ts'
import { ofEmulator } from './reports/emulation.ts'
import { ofHandOver } from './reports/hand-over.ts'
import { ofImage } from './reports/image.ts'
import { LOGIN, ofRegistry } from './reports/registry.ts'
import { lines, type Report, sentence } from './titles.ts'

/** Any error, in words. */
export function toReport(error: unknown): Report {
  if (error instanceof InputError) {
    return { title: 'The inputs need a correction', detail: error.message, advice: '' }
  }
  const handOver = ofHandOver(error)
  if (handOver !== undefined) return handOver
  const builder = ofBuilder(error)
  if (builder !== undefined) return builder
  if (error instanceof DockerfileMissing) return ofDockerfile(error)
  const emulator = ofEmulator(error)
  if (emulator !== undefined) return emulator
  if (error instanceof BuildFailed) return ofBuild(error)
  if (error instanceof CallFailed) {
    return {
      title: 'The Dockerfile does not pass',
      detail: lines(sentence(error), error.said),
      advice:
        'Correct what is named, or leave a check out with a line "# check=skip=…" at the top of the Dockerfile.',
    }
  }
  if (error instanceof PlatformMissing) {
    return {
      title: 'A platform is missing',
      detail: sentence(error),
      advice:
        'The Dockerfile may end in a stage with FROM --platform=$BUILDPLATFORM; the last stage has to be of the target platform.',
    }
  }
  if (error instanceof PlatformTwice) {
    return {
      title: 'The inputs need a correction',
      detail: sentence(error),
      advice: 'Name each platform once in the input platforms.',
    }
  }
  const image = ofImage(error)
  if (image !== undefined) return image
  if (error instanceof CopyError) return ofCopy(error)
  if (error instanceof PublishError) return ofPublish(error)
  if (error instanceof RegistryError) return ofRegistry(error)
  if (error instanceof CredentialError) {
    return {
      title: 'The registry does not accept the login',
      detail: sentence(error),
      advice: LOGIN,
    }
  }
  return {
    title: 'Something unexpected happened',
    detail:
      error instanceof Error
        ? lines(error.message, error.stack?.split('\n').slice(1).join('\n') ?? '')
        : String(error),
    advice: 'This is likely a fault of the action. Please report it with this log.',
  }
}

function ofDockerfile({ message, contextExists }: DockerfileMissing): Report {
  return {
    title: 'The Dockerfile is missing',
    detail: sentence({ message }),
    advice: contextExists
      ? 'Name it with the input file if it has another name or place. If the whole repository is missing, put a step with actions/checkout before this one, or set context to a Git URL.'
      : 'Put a step with actions/checkout before this one, correct the input context, or set context to a Git URL like https://github.com/octo/app.git#main.',
  }
}

function ofBuild({ platform, code, tail, place }: BuildFailed): Report {
  const name = formatPlatform(platform)
  const ended = code === undefined ? 'was ended by a signal' : `ended with exit code ${code}`
  const refused = tail.some((line) => line.includes('failed to push'))
  const baseless = tail.some((line) => /no match for platform in manifest/.test(line))
  return {
    title: 'A platform failed to build',
    detail: lines(`The build of ${name} ${ended}. The end of its log:`, ...tail),
    ...(place && { place }),
    advice: lines(
      refused ? `The registry did not take the image. ${LOGIN}` : '',
      baseless
        ? `The image in FROM is not made for ${name}: take one that is, or leave ${name} out of the input platforms.`
        : '',
      `The whole log is in the group "Build ${name}". No tag was moved.`,
    ),
  }
}

/** One that could not be named at all is told by its cause; where some tags have moved, that comes first. */
function ofPublish({ moved, failed, untouched, cause }: PublishError): Report {
  const why = toReport(cause)
  return {
    title: moved.length > 0 ? 'Some tags were not moved' : why.title,
    detail: lines(why.detail, named('Moved', moved), named('Not moved', [...failed, ...untouched])),
    advice: lines(
      why.advice,
      moved.length > 0
        ? 'Then run the job again: the tags that have moved stay as they are, the others follow.'
        : '',
    ),
  }
}

/** The registry's words say why, ours say what and where. */
function ofCopy({ message, cause }: CopyError): Report {
  const why = toReport(cause)
  return {
    title:
      why.title === 'The registry does not accept the login' ? why.title : 'The image could not be copied',
    detail: lines(sentence({ message }), why.detail),
    advice: lines(
      why.advice,
      'Copying comes before all tags: none was moved. Running the job again copies only what is missing.',
    ),
  }
}

function named(what: string, tags: readonly TagRef[]): string {
  return tags.length > 0 ? `${what}: ${tags.map(formatReference).join(', ')}` : ''
}
