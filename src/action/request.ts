import type { BuilderSpec } from '../builder/builder.ts'
import { withRegistries } from '../builder/config.ts'
import type { BuildRequest } from '../flows/build.ts'
import type { Request } from '../flows/perform.ts'
import { formatPlatform, samePlatform } from '../image/platform.ts'
import { formatReference } from '../image/reference.ts'
import { type Complaint, INPUTS, InputError, type Inputs, type Reading } from './inputs.ts'
import { inspectComplaints, toInspectRequest } from './requests/inspect.ts'
import { mergeComplaints, toMergeRequest } from './requests/merge.ts'
import { partComplaints, toPartRequest } from './requests/part.ts'
import { planComplaints, toPlanRequest } from './requests/plan.ts'
import { promoteComplaints, toPromoteRequest } from './requests/promote.ts'
import { recipeComplaints, toRecipe } from './requests/recipe.ts'
import type { Run } from './run.ts'

/** Inputs become what to do; throws InputError with everything that is wrong with them, one by one and together. */
export function toRequest({ inputs, complaints }: Reading, run: Run): Request {
  const wrong = new Set(complaints.map(({ input }) => input))
  const more = contradictions(inputs, wrong, run).filter(({ input }) => !wrong.has(input))
  if (complaints.length + more.length > 0) throw new InputError([...complaints, ...more])
  switch (inputs.mode) {
    case 'build':
      return toBuildRequest(inputs, run)
    case 'part':
      return toPartRequest(inputs, toBuilding(inputs, run), run)
    case 'merge':
      return toMergeRequest(inputs, run)
    case 'plan':
      return toPlanRequest(inputs)
    case 'promote':
      return toPromoteRequest(inputs)
    case 'inspect':
      return toInspectRequest(inputs)
  }
}

function toBuildRequest(inputs: Inputs, run: Run): BuildRequest {
  const tags = inputs.push ? uniqueBy(inputs.tags, formatReference) : []
  return { mode: 'build', ...toBuilding(inputs, run), tags }
}

/** What a whole build and a part of one have in common. */
function toBuilding(inputs: Inputs, run: Run) {
  return {
    platforms: uniqueBy(inputs.platforms, formatPlatform),
    recipe: toRecipe(inputs, run),
    builder: inputs.builder ? { existing: inputs.builder } : toBuilderSpec(inputs),
    ...(inputs['buildx-version'] && {
      buildx: { version: inputs['buildx-version'], url: inputs['buildx-download-url'] },
    }),
    emulators: {
      image: inputs['binfmt-image'],
      imageMirrors: inputs['image-mirrors'],
      keep: inputs['keep-emulators'],
      verify: inputs['verify-emulators'],
      reset: inputs.reset,
    },
  }
}

function toBuilderSpec(inputs: Inputs): BuilderSpec {
  return {
    driver: inputs.driver,
    endpoint: inputs.endpoint,
    image: inputs['buildkit-image'],
    imageMirrors: inputs['image-mirrors'],
    driverOptions: inputs['driver-opts'],
    flags: inputs['buildkitd-flags'] || flagsFor(inputs.allow),
    config: inputs['buildkitd-config']
      ? { path: inputs['buildkitd-config'] }
      : {
          text: withRegistries(inputs['buildkitd-config-inline'], {
            mirrors: inputs['registry-mirrors'],
            insecure: inputs['insecure-registries'],
          }),
        },
    platforms: inputs['builder-platforms'],
    keepState: inputs['keep-state'],
    cleanup: inputs.cleanup,
  }
}

/** A builder of our own allows what the build is allowed, and no more. Other entitlements are matters of buildx alone. */
function flagsFor(allowed: readonly string[]): string {
  const ofBuildkit = allowed.filter((name) => /^(network\.host|security\.insecure|device)(=|$)/.test(name))
  const names = [...new Set(ofBuildkit.map((name) => name.replace(/=.*$/s, '')))]
  return names.map((name) => `--allow-insecure-entitlement ${name}`).join(' ')
}

/** Inputs for a builder that this action makes, and what they are where nobody has set them. */
const OF_OWN_BUILDER = [
  ...(['driver', 'endpoint', 'driver-opts', 'buildkitd-flags', 'buildkitd-config'] as const),
  ...(['buildkitd-config-inline', 'buildkit-image', 'builder-platforms', 'keep-state', 'cleanup'] as const),
] as const
const UNSET: Readonly<Record<string, string>> = Object.fromEntries(
  OF_OWN_BUILDER.map((name) => [name, JSON.stringify(INPUTS[name].read(INPUTS[name].default))]),
)

/** What does not go together. An input that is wrong by itself has its default here, and proves nothing. */
function contradictions(inputs: Inputs, wrong: ReadonlySet<string>, run: Run): readonly Complaint[] {
  const building = () => [...recipeComplaints(inputs, run), ...builderContradictions(inputs, wrong)]
  switch (inputs.mode) {
    case 'build':
      return [...buildContradictions(inputs, wrong), ...building()]
    case 'part':
      return [...partComplaints(inputs), ...building()]
    case 'merge':
      return mergeComplaints(inputs)
    case 'plan':
      return planComplaints(inputs)
    case 'promote':
      return promoteComplaints(inputs)
    case 'inspect':
      return inspectComplaints(inputs)
  }
}

function buildContradictions(inputs: Inputs, wrong: ReadonlySet<string>): readonly Complaint[] {
  const push = inputs.push && !wrong.has('push')
  return [
    ...complain(
      push && inputs.tags.length === 0,
      'tags',
      'is empty, so there is nothing to push to; name a tag like ghcr.io/octo/app:1.2.3, or set push: false',
    ),
    ...(wrong.has('platforms') ? [] : strayAnnotations(inputs)),
  ]
}

function builderContradictions(inputs: Inputs, wrong: ReadonlySet<string>): readonly Complaint[] {
  const ofOwnBuilder = OF_OWN_BUILDER.filter((name) => JSON.stringify(inputs[name]) !== UNSET[name])
  return [
    ...complain(
      inputs['buildkitd-config'] !== '' && inputs['buildkitd-config-inline'] !== '',
      'buildkitd-config',
      'and buildkitd-config-inline say the same thing; set one of them',
    ),
    ...complain(
      inputs['buildkitd-config'] !== '' && inputs['registry-mirrors'].length > 0,
      'registry-mirrors',
      'cannot be added to a file of yours; write the mirrors into it, or use buildkitd-config-inline',
    ),
    ...complain(
      inputs.driver === 'remote' && inputs.endpoint === '' && !wrong.has('driver'),
      'endpoint',
      'is empty, and the driver remote needs the address of a BuildKit, like tcp://buildkit:1234',
    ),
    ...(inputs.builder ? ofOwnBuilder : []).map((input) => ({
      input,
      message: `is for a builder that this action makes; builder "${inputs.builder}" exists already, so set one or the other`,
    })),
  ]
}

/** An annotation for one platform that is not built would be lost without a word. */
function strayAnnotations({ annotations, platforms }: Inputs): readonly Complaint[] {
  const strays = annotations.flat().flatMap(({ platform }) => {
    const built = platform === undefined || platforms.some((wanted) => samePlatform(wanted, platform))
    return built ? [] : formatPlatform(platform)
  })
  return [...new Set(strays)].map((stray) => ({
    input: 'annotations',
    message: `names the platform ${stray}, which is not among the input platforms`,
  }))
}

function complain(wrong: boolean, input: Complaint['input'], message: string): readonly Complaint[] {
  return wrong ? [{ input, message }] : []
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()]
}
