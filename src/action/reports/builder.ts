import { BuilderError } from '../../builder/builder.ts'
import { BuildxError } from '../../builder/buildx.ts'
import { EngineError } from '../../builder/engine.ts'
import { ImageError } from '../../builder/images.ts'
import { BuildxTooOld, type Need } from '../../builder/needs.ts'
import { StoreError } from '../../builder/store.ts'
import { ChecksumError } from '../../system/tools.ts'
import { lines, type Report, sentence } from '../titles.ts'

/** What kept a builder from being there: engine, buildx, image, or itself. Undefined for any other error. */
export function ofBuilder(error: unknown): Report | undefined {
  if (error instanceof EngineError) return ofEngine(error)
  if (error instanceof BuildxError) return ofBuildx(error)
  if (error instanceof BuildxTooOld) return ofOldBuildx(error)
  if (error instanceof BuilderError) {
    return {
      title: 'The builder did not start',
      detail: lines(sentence(error), error.said),
      advice:
        'If an image could not be pulled, set buildkit-image to a copy in a registry that this runner reaches.',
    }
  }
  if (error instanceof ImageError) {
    return {
      title: 'An image could not be pulled',
      detail: lines(sentence(error), ...error.tried),
      advice:
        'Docker Hub limits anonymous pulls: log in before this step, or name a mirror that has the image with the input image-mirrors.',
    }
  }
  if (error instanceof StoreError) {
    return {
      title: 'The image store does not take the image',
      detail: lines(sentence(error), error.said),
      advice:
        'Switch the engine to the containerd image store ("features": {"containerd-snapshotter": true} in its daemon.json) and restart it. Without it the engine holds one platform without attestations, and its own BuildKit cannot push; a builder of the driver docker-container can.',
    }
  }
  return undefined
}

function ofEngine({ missing, said, message }: EngineError): Report {
  const detail = lines(sentence({ message }), said)
  switch (missing) {
    case 'docker':
      return {
        title: 'Docker is not installed',
        detail,
        advice:
          'Run the job on a runner with Docker, such as ubuntu-24.04, or install it in an earlier step (docker/setup-docker-action).',
      }
    case 'engine':
      return {
        title: 'The Docker engine does not answer',
        detail,
        advice:
          'Start the engine, or check DOCKER_HOST and that this user may use its socket (group docker). Jobs that run in a container need the socket mounted.',
      }
    case 'buildx':
      return {
        title: 'Docker has no buildx',
        detail,
        advice:
          'Let the action download it with the input buildx-version: latest, or install the plugin (Debian and Ubuntu: the package docker-buildx-plugin or docker-buildx).',
      }
  }
}

function ofOldBuildx({ version, needs }: BuildxTooOld): Report {
  const wanted = ({ input, since }: Need) =>
    `${input === undefined ? 'This action' : `The input ${input}`} needs buildx ${since} or newer, and ${version} is used.`
  return {
    title: 'Buildx is too old',
    detail: lines(...needs.map(wanted)),
    advice:
      'Let the action download a newer one with the input buildx-version, like latest, or update the plugin.',
  }
}

function ofBuildx({ message, cause }: BuildxError): Report {
  return {
    title: 'Buildx could not be downloaded',
    detail: sentence({ message }),
    advice:
      cause instanceof ChecksumError
        ? 'The file was changed or damaged on its way, and was thrown away. Run the job again; if it stays so, do not trust what buildx-download-url names.'
        : 'Check buildx-version. Where GitHub is out of reach, name a mirror with buildx-download-url, or leave buildx-version empty and install buildx on the runner.',
  }
}
