import { PASSED_ON, type PassedEntries, type PassedOn } from '../../build/passed-on.ts'
import type { Recipe } from '../../build/plan.ts'
import type { Secret } from '../../build/secrets.ts'
import type { Narrowed } from '../../image/narrowed.ts'
import type { Complaint, Inputs } from '../inputs.ts'
import type { Run } from '../run.ts'
import { attestsOf } from './attestations.ts'
import { namesDefaultContext, withDefaultContext } from './default-context.ts'
import { annotationsOf } from './delivery.ts'

/** The inputs of docker/build-push-action, in its own words. */
export function toRecipe(inputs: Inputs, run: Run): Recipe {
  const { file, target, labels, pull } = inputs
  const inline = inputs['dockerfile-inline']
  return {
    context: withDefaultContext(inputs.context, run),
    ...(inline && { inline }),
    ...{ file, target, labels, pull },
    buildArgs: inputs['build-args'],
    annotations: [...inputs.annotations.flat(), ...annotationsOf(inputs)],
    secrets: secretsIn(inputs, run),
    emptySecrets: inputs.secrets.filter(({ value }) => value.value === '').map(({ value }) => value.id),
    cacheFrom: eachOf(inputs['cache-from']),
    cacheTo: eachOf(inputs['cache-to']),
    noCache: inputs['no-cache'],
    attests: attestsOf(inputs, run),
    passed: passedIn(inputs, run),
  }
}

function eachOf<T>(entries: readonly Narrowed<readonly T[]>[]): readonly Narrowed<T>[] {
  return entries.flatMap(({ only, value }) => value.map((one) => ({ only, value: one })))
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
  if (file.length > 0 && inline !== '') {
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

/** All secrets, wherever their values are. As docker/build-push-action has it, only one of the environment may be empty. */
function secretsIn(inputs: Inputs, run: Run): readonly Narrowed<Secret>[] {
  const own: readonly Narrowed<Secret>[] = [
    ...inputs.secrets.filter(({ value }) => value.value !== ''),
    ...inputs['secret-envs'].map(({ only, value: { id, place } }) => ({
      ...{ only, value: { id, value: run.environment[place] ?? '' } },
    })),
    ...inputs['secret-files'].map(({ only, value: { id, place } }) => ({ only, value: { id, path: place } })),
  ]
  return [...gitLogin(inputs, run).map((value) => ({ only: [], value })), ...own]
}

/** BuildKit asks for a secret of this name, and first for one with the host behind it, when it fetches by Git. */
const GIT_LOGIN = 'GIT_AUTH_TOKEN'

/** The token is for the run's own repository, where that is what is built, and nobody says another one. */
function gitLogin(inputs: Inputs, { defaultContext }: Run): readonly Secret[] {
  const token = inputs['github-token']
  if (defaultContext === undefined || token === '') return []
  if (![inputs.context, ...inputs['build-contexts']].some(namesDefaultContext)) return []
  const id = `${GIT_LOGIN}.${new URL(defaultContext).host}`
  const own = [...inputs.secrets, ...inputs['secret-envs'], ...inputs['secret-files']]
  return own.some(({ value }) => value.id === GIT_LOGIN || value.id === id) ? [] : [{ id, value: token }]
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
