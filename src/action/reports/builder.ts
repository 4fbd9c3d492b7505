import { BuilderError } from '../../builder/builder.ts'
import { BuildxError } from '../../builder/buildx.ts'
import { ConfigMissing } from '../../builder/config.ts'
import { EngineError } from '../../builder/engine.ts'
import { ImageError } from '../../builder/images.ts'
import { BuildxTooOld, type Need } from '../../builder/needs.ts'
import { StoreError } from '../../builder/store.ts'
import { ChecksumError } from '../../system/tools.ts'
import type { Report } from '../titles.ts'
import { lines, sentence, told, toldBy } from './told.ts'

/** What kept a builder from being there: engine, buildx, image, or itself. */
export const OF_BUILDER = [
  toldBy(EngineError, ofEngine),
  told(BuildxError, 'Buildx could not be downloaded', ({ cause }) =>
    cause instanceof ChecksumError
      ? 'The file was changed or damaged on its way, and was thrown away. Run the job again; if it stays so, do not trust what buildx-download-url names.'
      : 'Check buildx-version. Where GitHub is out of reach, name a mirror with buildx-download-url, or leave buildx-version empty and install buildx on the runner.',
  ),
  told(
    BuildxTooOld,
    'Buildx is too old',
    'Let the action download a newer one with the input buildx-version, like latest, or update the plugin.',
    needed,
  ),
  told(BuilderError, 'The builder did not start', adviceToStart),
  told(
    ConfigMissing,
    'The inputs need a correction',
    'Its path starts at the workspace: put a step with actions/checkout before this one, or give the text itself as buildkitd-config-inline.',
  ),
  told(ImageError, 'An image could not be pulled', adviceToPull, (error) =>
    lines(sentence(error), ...error.tried),
  ),
  told(
    StoreError,
    'The image store does not take the image',
    'Switch the engine to the containerd image store ("features": {"containerd-snapshotter": true} in its daemon.json) and restart it. Without it the engine holds one platform without attestations, and its own BuildKit cannot push; a builder of the driver docker-container can.',
  ),
]

/** Words of buildx, which are only read for a better advice, and the advice. */
const STARTS: readonly (readonly [words: RegExp, advice: string])[] = [
  [
    /no builder ".*" found/,
    'Make it in a step before this one (docker buildx create), or leave the input builder empty: this action then makes one of its own.',
  ],
  [
    /cannot determine Kubernetes namespace/,
    'Write the file in a step before this one, and name it in the env of this step: KUBECONFIG.',
  ],
  [
    /\bis forbidden\b|: Unauthorized$/m,
    'Give the account that KUBECONFIG names what it lacks (docs/builders.md lists the rights that a builder needs), or choose another namespace with driver-opts: namespace=NAME.',
  ],
  [/\/apis?\/.*dial tcp/, 'Check that this runner reaches the server that KUBECONFIG names.'],
  [
    /replicas to be ready/,
    'The events of the namespace say why no pod was ready in time (kubectl get events): no node with the room or the labels, an image that cannot be pulled, privileged pods not allowed. Change driver-opts or buildkit-image; driver-opts: timeout=5m gives it longer.',
  ],
]

function adviceToStart({ said }: BuilderError): string {
  const [, advice] = STARTS.find(([words]) => words.test(said)) ?? []
  return (
    advice ??
    'If an image could not be pulled, set buildkit-image to a copy in a registry that this runner reaches. Otherwise look for a mistake in buildkitd-config-inline, buildkitd-flags or driver-opts.'
  )
}

/** Docker's words are only read for a better advice. */
function adviceToPull({ tried }: ImageError): string {
  return tried.some((words) => /toomanyrequests|rate limit/i.test(words))
    ? 'The registry gives only so many pulls: Docker Hub 100 in six hours to all that share an address, more to those who are logged in. Put a step with docker/login-action before this one, name a mirror like mirror.gcr.io with the input image-mirrors, or keep the image on the machine: one that is there is not pulled.'
    : 'Check its name, and that the engine reaches the registry. A copy elsewhere can be named with buildkit-image and binfmt-image, a mirror of Docker Hub with image-mirrors.'
}

function needed({ version, needs }: BuildxTooOld): string {
  const wanted = ({ input, since }: Need) =>
    `${input === undefined ? 'This action' : `The input ${input}`} needs buildx ${since} or newer, and ${version} is used.`
  return lines(...needs.map(wanted))
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
        advice: /permission denied/i.test(said)
          ? "The engine is there, and this user may not use its socket: run the job as a user in the socket's group, mostly docker (sudo usermod -aG docker USER, then start the runner anew)."
          : 'Start the engine, or check DOCKER_HOST. Jobs that run in a container need the socket mounted.',
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
