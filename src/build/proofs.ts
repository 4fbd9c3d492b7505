/** Whether an entry of `attests` asks for an attestation, and does not switch one off. */
export function isProof(attributes: string): boolean {
  return !fieldsOf(attributes).includes('disabled=true')
}

/** What is attested of an image: `provenance`, `SBOM`. */
export function proofsAsked(attests: readonly string[]): readonly string[] {
  const types = attests.filter(isProof).flatMap((attributes) => {
    const type = fieldsOf(attributes).find((field) => field.startsWith('type='))
    const name = type?.slice('type='.length) ?? ''
    return name === '' ? [] : name === 'sbom' ? 'SBOM' : name
  })
  // Where there is an attestation that nobody has asked for, it is the one that buildx makes by itself.
  return types.length > 0 ? [...new Set(types)] : ['provenance']
}

function fieldsOf(attributes: string): readonly string[] {
  return attributes.split(',').map((field) => field.trim())
}
