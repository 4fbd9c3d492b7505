import { PASSED_ON, type PassedEntries, type PassedOn } from '../../build/passed-on.ts'
import type { Recipe } from '../../build/plan.ts'
import type { Secret } from '../../build/secrets.ts'
import type { Complaint, Inputs } from '../inputs.ts'
import type { Run } from '../run.ts'
import { attestsOf } from './attestations.ts'
import { namesDefaultContext, withDefaultContext } from './default-context.ts'

/** The inputs of docker/build-push-action, in its own words. */
export function toRecipe(inputs: Inputs, run: Run): Recipe {
  const inline = inputs['dockerfile-inline']
  return {
    context: withDefaultContext(inputs.context, run),
    ...(inputs.file && { file: inputs.file }),
    ...(inline && { inline }),
    ...(inputs.target && { target: inputs.target }),
    buildArgs: inputs['build-args'],
    labels: inputs.labels,
    annotations: inputs.annotations.flat(),
    secrets: secretsIn(inputs, run),
    emptySecrets: inputs.secrets.filter(isEmpty).map(({ id }) => id),
    cacheFrom: inputs['cache-from'],
    cacheTo: inputs['cache-to'],
    noCache: inputs['no-cache'],
    pull: inputs.pull,
    attests: attestsOf(inputs, run),
    passed: passedIn(inputs, run),
  }
}

/** What does not go together, of that. */
export function recipeComplaints(inputs: Inputs, run: Run): readonly Complaint[] {
  const { context, file } = inputs
  const inline = inputs['dockerfile-inline']
  const complaints: Complaint[] = []
  if (context === '-' && inline === '') {
    const message =
      'is "-", a build without files, so the Dockerfile has to be in the input dockerfile-inline'
    complaints.push({ input: 'context', message })
  }
  if (file !== '' && inline !== '') {
    const message = 'and dockerfile-inline both say what to build; set one of them'
    complaints.push({ input: 'file', message })
  }
  for (const input of ['context', 'build-contexts'] as const) {
    const texts = [inputs[input]].flat()
    if (run.defaultContext === undefined && texts.some(namesDefaultContext)) {
      const message =
        'names the default context, and the runner does not say which repository and commit that is'
      complaints.push({ input, message })
    }
  }
  return complaints
}

function isEmpty({ value }: Inputs['secrets'][number]): boolean {
  return value === ''
}

/** All secrets, wherever their values are. As docker/build-push-action has it, only one of the environment may be empty. */
function secretsIn(inputs: Inputs, run: Run): readonly Secret[] {
  const own: readonly Secret[] = [
    ...inputs.secrets.filter((secret) => !isEmpty(secret)),
    ...inputs['secret-envs'].map(({ id, place }) => ({ id, value: run.environment[place] ?? '' })),
    ...inputs['secret-files'].map(({ id, place }) => ({ id, path: place })),
  ]
  return [...own, ...gitLogin(inputs, own, run)]
}

/** BuildKit asks for a secret of this name when it fetches from that host. */
const GIT_LOGIN = 'GIT_AUTH_TOKEN'

/** The token is for the run's own repository, where that is what is built, and nobody says another one. */
function gitLogin(inputs: Inputs, own: readonly Secret[], { defaultContext }: Run): readonly Secret[] {
  const token = inputs['github-token']
  if (defaultContext === undefined || token === '') return []
  if (![inputs.context, ...inputs['build-contexts']].some(namesDefaultContext)) return []
  const id = `${GIT_LOGIN}.${new URL(defaultContext).host}`
  return own.some((secret) => secret.id === GIT_LOGIN || secret.id === id) ? [] : [{ id, value: token }]
}

function passedIn(inputs: Inputs, run: Run): PassedEntries {
  const names = Object.keys(PASSED_ON) as readonly PassedOn[]
  const entries = names.flatMap((name) => {
    const texts = [inputs[name]].flat().filter(Boolean)
    return texts.length > 0
      ? [[name, texts.map((text) => (name === 'build-contexts' ? withDefaultContext(text, run) : text))]]
      : []
  })
  return Object.fromEntries(entries)
}
