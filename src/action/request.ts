import type { Recipe } from '../build/plan.ts'
import type { BuildRequest } from '../flows/build.ts'
import { formatPlatform } from '../image/platform.ts'
import { formatReference } from '../image/reference.ts'
import { type Complaint, INPUTS, InputError, type Inputs, type Reading } from './inputs.ts'

/** What the runner knows about this run beside the inputs. */
export type Run = Readonly<{
  /** the page of this attempt, which provenance names as its builder; empty outside of GitHub */
  url: string
  /** whether the repository is private, undefined where nobody says */
  private: boolean | undefined
  /** whether the user has switched default attestations off for buildx, by BUILDX_NO_DEFAULT_ATTESTATIONS */
  noDefaultAttestations: boolean
}>

/** Inputs become what to do; throws InputError with everything that is wrong with them, one by one and together. */
export function toRequest({ inputs, complaints }: Reading, run: Run): BuildRequest {
  const more = contradictions(inputs).filter(
    ({ input }) => !complaints.some((complaint) => complaint.input === input),
  )
  if (complaints.length + more.length > 0) throw new InputError([...complaints, ...more])
  return {
    mode: inputs.mode,
    platforms: uniqueBy(inputs.platforms, formatPlatform),
    tags: inputs.push ? uniqueBy(inputs.tags, formatReference) : [],
    recipe: toRecipe(inputs, run),
    builder: inputs.builder
      ? { existing: inputs.builder }
      : {
          image: inputs['buildkit-image'],
          driverOptions: inputs['driver-opts'],
          config: inputs['buildkitd-config-inline'],
        },
    emulators: { image: inputs['binfmt-image'], keep: inputs['keep-emulators'] },
  }
}

function toRecipe(inputs: Inputs, run: Run): Recipe {
  const provenance = provenanceOf(inputs.provenance, run)
  return {
    context: inputs.context,
    ...(inputs.file && { file: inputs.file }),
    ...(inputs.target && { target: inputs.target }),
    buildArgs: inputs['build-args'],
    labels: inputs.labels,
    annotations: inputs.annotations.flat(),
    secrets: inputs.secrets,
    cacheFrom: inputs['cache-from'],
    cacheTo: inputs['cache-to'],
    noCache: inputs['no-cache'],
    pull: inputs.pull,
    ...(provenance !== undefined && { provenance }),
    ...(inputs.sbom !== undefined && { sbom: inputs.sbom === true ? '' : inputs.sbom }),
  }
}

/** As docker/build-push-action: all there is to know of a public repository, only the least of a private one. */
function provenanceOf(given: string | boolean | undefined, run: Run): string | false | undefined {
  if (given === false) return false
  if (given === true) return withBuilder('', run)
  if (given !== undefined) return withBuilder(given, run)
  if (run.noDefaultAttestations || run.private === undefined) return undefined
  return withBuilder(run.private ? 'mode=min,inline-only=true' : 'mode=max', run)
}

function withBuilder(attributes: string, { url }: Run): string {
  if (url === '' || attributes.includes('builder-id=')) return attributes
  return [attributes, `builder-id=${url}`].filter(Boolean).join(',')
}

function contradictions(inputs: Inputs): readonly Complaint[] {
  const registries = [...new Set(inputs.tags.map(({ registry }) => registry))]
  const ofOwnBuilder = (['driver-opts', 'buildkitd-config-inline', 'buildkit-image'] as const).filter(
    (name) => inputs[name].length > 0 && inputs[name] !== INPUTS[name].default,
  )
  return [
    ...complain(
      inputs.push && inputs.tags.length === 0,
      'tags',
      'is empty, so there is nothing to push to; name a tag like ghcr.io/octo/app:1.2.3, or set push: false',
    ),
    ...complain(
      registries.length > 1,
      'tags',
      `names several registries (${registries.join(', ')}); one step publishes to one registry for now, so give each registry a step of its own`,
    ),
    ...(inputs.builder ? ofOwnBuilder : []).map((input) => ({
      input,
      message: `is for a builder that this action makes; builder "${inputs.builder}" exists already, so set one or the other`,
    })),
  ]
}

function complain(wrong: boolean, input: Complaint['input'], message: string): readonly Complaint[] {
  return wrong ? [{ input, message }] : []
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()]
}
