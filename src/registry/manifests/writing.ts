import { algorithmOf, type Digest, isDigestOf } from '../../image/digest.ts'
import type { Manifest } from '../../image/manifest.ts'
import type { DigestRef, TagRef } from '../../image/reference.ts'
import { errorOf, problemWith } from '../errors.ts'
import type { Registry } from '../registry.ts'
import type { RegistryError } from '../registry-error.ts'
import { type Line, manifestAt } from '../requests.ts'
import type { Request, Response } from '../wire.ts'
import { digestIn } from './answers.ts'
import { acceptedTags, openTagSkills, TAGS_IN_A_REQUEST } from './oci-tag.ts'
import type { ManifestReading } from './reading.ts'

type Reference = TagRef | DigestRef

type Options = Line & Readonly<{ reading: ManifestReading; multiTag?: boolean | undefined }>

/** What every registry must take (distribution-spec, "Pushing manifests"); most take no more. */
const LONGEST = 4 * 1024 * 1024

/** How registries refuse to move an immutable tag. */
const MAY_BE_IMMUTABLE = new Set([400, 403, 409, 412])

/** Gives manifests names (distribution-spec, "Pushing manifests"). */
export function openManifestWriting({
  send,
  hostOf,
  reading,
  multiTag,
}: Options): Pick<Registry, 'put' | 'putTags'> {
  const skills = openTagSkills(multiTag)

  function writing(reference: Reference, { mediaType, bytes }: Manifest): Request {
    const headers = { 'content-type': mediaType }
    // What an index lists was pushed a moment ago, perhaps by another job: it may not be seen everywhere yet.
    const request = {
      ...manifestAt(reference, hostOf),
      method: 'PUT',
      headers,
      body: bytes,
      expected: true,
    } as const
    if (bytes.length > LONGEST)
      throw problemWith(request, 'refused', `not sent: ${bytes.length} bytes are more than 4 MiB`)
    return request
  }

  async function put(reference: Reference, manifest: Manifest): Promise<void> {
    // Only by its digest is it known by another algorithm than sha256, so a tag goes along with that where it can.
    if ('tag' in reference && algorithmOf(manifest.digest) !== 'sha256') {
      const { response, request, accepted } = await putByDigest([reference], manifest)
      if (!isGood(response)) throw errorOf(request, response)
      if (accepted.length > 0) return
    }
    const request = writing(reference, manifest)
    const response = await send(request)
    if (!isGood(response)) return await settleRefusal(request, response, { reference, manifest })
    if ('tag' in reference) skills.learn(reference.registry, [reference], response)
    const told = digestIn(response)
    if ('digest' in reference ? told === reference.digest : names(told, manifest)) return
    const { digest } = await reading.get(reference, { expected: true })
    if (!names(digest, manifest))
      throw problemWith(request, 'digest', `sent ${manifest.digest}, but ${digest} is there now`)
  }

  /** With some tags of one repository: those that it has got. */
  async function putByDigest(tags: readonly [TagRef, ...TagRef[]], manifest: Manifest) {
    const { registry, path } = tags[0]
    const { digest } = manifest
    const request = writing({ registry, path, digest }, manifest)
    for (const { tag } of tags) request.url.searchParams.append('tag', tag)
    const response = await send(request)
    skills.learn(registry, tags, response)
    const accepted = isGood(response) && digestIn(response) === digest ? acceptedTags(response) : []
    return { request, response, accepted: tags.filter(({ tag }) => accepted.includes(tag)) }
  }

  async function putTags(tags: readonly TagRef[], manifest: Manifest): Promise<readonly TagRef[]> {
    const done: TagRef[] = []
    for (let rest = tags; ; rest = rest.slice(TAGS_IN_A_REQUEST)) {
      const [first, ...others] = rest.slice(0, TAGS_IN_A_REQUEST)
      if (first === undefined || others.length === 0 || !skills.has(first.registry)) return done
      const { accepted } = await putByDigest([first, ...others], manifest)
      done.push(...accepted)
    }
  }

  /** A tag that cannot be moved is either where we want it (ECR refuses even the same bytes) or in the way. */
  async function settleRefusal(
    request: Request,
    response: Response,
    { reference, manifest }: { reference: Reference; manifest: Manifest },
  ): Promise<void> {
    const refusal = errorOf(request, response)
    if ('digest' in reference || !MAY_BE_IMMUTABLE.has(response.status)) throw refusal
    const now = await reading.head(reference).catch(() => undefined)
    if (names(now?.digest, manifest)) return
    throw now && saysImmutable(refusal) ? errorOf(request, response, now.digest) : refusal
  }

  return { put, putTags }
}

function isGood({ status }: Response): boolean {
  return status >= 200 && status <= 299
}

/** A registry may know by sha256 what we know by sha512. */
function names(digest: Digest | undefined, manifest: Manifest): boolean {
  return digest === manifest.digest || (digest !== undefined && isDigestOf(digest, manifest.bytes))
}

/** There is no code for it in the specification, so each registry has its own (ECR, Harbor, Quay, Artifactory). */
function saysImmutable({ status, message }: RegistryError): boolean {
  return status === 409 || status === 412 || /immutable|already ?exists/i.test(message)
}
