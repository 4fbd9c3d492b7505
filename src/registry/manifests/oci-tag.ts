import type { TagRef } from '../../image/reference.ts'
import type { Response } from '../wire.ts'

/** A registry that takes several tags in a request takes ten of them at least (distribution-spec, "Pushing Manifests"). */
export const TAGS_IN_A_REQUEST = 10

/** The tags that a registry says it has given a manifest, where it speaks of them at all. */
export function acceptedTags({ headers }: Pick<Response, 'headers'>): readonly string[] {
  const values = headers['oci-tag'] ?? []
  return values.flatMap((value) => value.split(',')).map((tag) => tag.trim())
}

/**
 * Which registries take several tags in one request. Others would not read them, and the request would be one too many,
 * so it is sent only to who has once spoken of tags in an answer (olareg does at any PUT of a tag), or where the user
 * says so.
 */
export type TagSkills = Readonly<{
  has: (registry: string) => boolean
  /** What the answer to a PUT of these tags shows. */
  learn: (registry: string, tags: readonly TagRef[], response: Response) => void
}>

export function openTagSkills(everywhere = false): TagSkills {
  const known = new Map<string, boolean>()
  return {
    has: (registry) => known.get(registry) ?? everywhere,
    learn: (registry, tags, response) => {
      const accepted = acceptedTags(response).length > 0
      // Once in vain is enough, whatever it was about: one by one, each tag has an answer of its own.
      if (tags.length > 1 && !accepted) known.set(registry, false)
      else if (accepted && !known.has(registry)) known.set(registry, true)
    },
  }
}
