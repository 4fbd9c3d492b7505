/** What is attested of an image: `provenance`, `SBOM`. */
export function proofsAsked(attests: readonly string[]): readonly string[] {
  const fields = attests.map((attributes) => attributes.split(',').map((field) => field.trim()))
  const types = fields.flatMap((own) => {
    const type = own.find((field) => field.startsWith('type='))?.slice('type='.length) ?? ''
    const off = own.some((field) => field === 'disabled=true')
    return off || type === '' ? [] : type === 'sbom' ? 'SBOM' : type
  })
  // Where there is an attestation that nobody has asked for, it is the one that buildx makes by itself.
  return types.length > 0 ? [...new Set(types)] : ['provenance']
}
