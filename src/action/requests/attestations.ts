import type { Inputs } from '../inputs.ts'
import type { Run } from '../run.ts'
import { hasSeveral, isForOldStore } from './delivery.ts'

/**
 * The attributes of each attestation, for buildx: as docker/build-push-action reads the three inputs. `provenance` and
 * `sbom` come before what `attests` says of the same type, and a provenance names this run as its builder.
 */
export function attestsOf(inputs: Inputs, run: Run): readonly string[] {
  const { provenance, sbom, attests } = inputs
  const own = attests.map((attributes) =>
    is('provenance', attributes) ? withBuilder(attributes, run) : attributes,
  )
  const unless = (type: string, said: unknown) => (attributes: string) =>
    said === undefined || !is(type, attributes)
  return [
    ...provenanceOf(
      provenance ?? (own.some((one) => is('provenance', one)) ? undefined : usual(inputs, run)),
      run,
    ),
    ...sbomOf(sbom),
    ...own.filter(unless('provenance', provenance)).filter(unless('sbom', sbom)),
  ]
}

/** All there is to know of a public repository, only the least of a private one; undefined leaves it to buildx. */
function usual(inputs: Inputs, run: Run): string | false | undefined {
  if (inputs['single-platform'] === 'manifest' && !hasSeveral(inputs)) return false
  if (isForOldStore(inputs)) return undefined
  if (run.noDefaultAttestations || run.private === undefined) return undefined
  return run.private ? 'mode=min,inline-only=true' : 'mode=max'
}

function provenanceOf(given: string | boolean | undefined, run: Run): readonly string[] {
  if (given === undefined) return []
  if (given === false) return ['type=provenance,disabled=true']
  return [withBuilder(given === true ? 'type=provenance' : `type=provenance,${given}`, run)]
}

function sbomOf(given: string | boolean | undefined): readonly string[] {
  if (given === undefined) return []
  if (given === false) return ['type=sbom,disabled=true']
  return [given === true ? 'type=sbom' : `type=sbom,${given}`]
}

function withBuilder(attributes: string, { url }: Run): string {
  return url === '' || /(^|,)\s*builder-id=/.test(attributes) ? attributes : `${attributes},builder-id=${url}`
}

function is(type: string, attributes: string): boolean {
  return attributes.split(',').some((field) => field.replaceAll(/\s/g, '') === `type=${type}`)
}
