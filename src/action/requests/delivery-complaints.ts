import { isProof } from '../../build/proofs.ts'
import { uniqueRepositories } from '../../publish/everywhere.ts'
import type { Complaint, Inputs } from '../inputs.ts'
import { hasSeveral, namesToPush, outputsBeside, pushedBy } from './delivery.ts'

/** What does not go together, of what becomes of a build. An input that is wrong by itself proves nothing. */
export function deliveryComplaints(inputs: Inputs, wrong: ReadonlySet<string>): readonly Complaint[] {
  if (wrong.has('push') || wrong.has('load') || wrong.has('outputs')) return []
  const several = hasSeveral(inputs) && !wrong.has('platforms')
  return [
    ...pushComplaints(inputs),
    ...outputComplaints(inputs, several),
    ...singleComplaints(inputs, several),
  ]
}

function pushComplaints(inputs: Inputs): readonly Complaint[] {
  const pushed = pushedBy(inputs)
  if (pushed.length > 1) {
    const message = `has ${pushed.length} entries that are pushed; one can be, and gets every name in the input tags`
    return [{ input: 'outputs', message }]
  }
  const repositories = uniqueRepositories(namesToPush(inputs))
  if (pushed.length > 0 && repositories.length === 0) {
    const message =
      'is empty, so there is nothing to push to; name a tag like ghcr.io/octo/app:1.2.3, or set push: false'
    return [{ input: 'tags', message }]
  }
  if (pushed[0]?.byDigest && repositories.length > 1) {
    const message = 'pushes by digest, and that is to one repository; name only one in the input tags'
    return [{ input: 'outputs', message }]
  }
  return []
}

function outputComplaints(inputs: Inputs, several: boolean): readonly Complaint[] {
  return outputsBeside(inputs).flatMap((output): readonly Complaint[] => {
    if (output.type === 'local' && several && output.attributes.get('mode') === 'delete') {
      const message =
        'with mode=delete would have each platform delete the files of the others; leave that out'
      return [{ input: 'outputs', message }]
    }
    if (output.type === 'image' && several && inputs.driver === 'docker') {
      const message =
        'of type image goes to the engine with the driver docker, one platform in place of another; set load: true'
      return [{ input: 'outputs', message }]
    }
    if (output.type !== 'docker') return []
    if (output.dest !== '' && several) {
      const message = `of type docker holds one platform, and there are several; use type=oci,dest=${output.dest}`
      return [{ input: 'outputs', message }]
    }
    if (output.dest !== '') {
      const why = `does not fit into the file ${output.dest} of type docker; use type=oci, or leave it out`
      return attesting(inputs).map((input) => ({ input, message: why }))
    }
    if (output.names.length > 0) return []
    const message = 'is empty, so the image in the engine would have no name; name a tag like octo/app:test'
    return [{ input: 'tags', message }]
  })
}

/** A plain manifest has nothing that could list attestations beside it. */
function singleComplaints(inputs: Inputs, several: boolean): readonly Complaint[] {
  if (inputs['single-platform'] === 'index' || several) return []
  const message = 'needs an index, and single-platform: manifest publishes none; set one or the other'
  return attesting(inputs).map((input) => ({ input, message }))
}

/** The inputs by which attestations are asked for. */
function attesting({ provenance, sbom, attests }: Inputs): readonly ('provenance' | 'sbom' | 'attests')[] {
  const asked = {
    ...{ provenance, sbom },
    attests: attests.some(isProof),
  }
  return (['provenance', 'sbom', 'attests'] as const).filter((input) => asked[input])
}
