import { algorithmOf, type Digest, isDigestOf, objectionToDigest } from '../image/digest.ts'
import type { Manifest } from '../image/manifest.ts'
import { MANIFEST_TYPES } from '../image/media-types.ts'
import type { DigestRef, Repository, TagRef } from '../image/reference.ts'
import { digestIn, type Head, readHead, readManifest } from './answers.ts'
import type { Auth } from './auth/auth.ts'
import { errorOf, problemWith } from './errors.ts'
import { acceptedTags, openTagSkills, TAGS_IN_A_REQUEST } from './oci-tag.ts'
import type { Registry } from './registry.ts'
import type { RegistryError } from './registry-error.ts'
import { type Line, within } from './requests.ts'
import type { Request, Response } from './wire.ts'

type Reference = TagRef | DigestRef

type Options = Line & Pick<Auth, 'warm'> & Readonly<{ multiTag?: boolean | undefined }>

type Manifests = Pick<Registry, 'get' | 'head' | 'put' | 'putTags' | 'warm'>

/** What every registry must take (distribution-spec, "Pushing manifests"); most take no more. */
const LONGEST_WRITTEN = 4 * 1024 * 1024

/** Answers to a HEAD that a GET may do better than: incomplete, without words, or not supported. */
const HEAD_IS_NOT_ENOUGH = new Set([200, 403, 405, 500, 501])

/** How registries refuse to move an immutable tag. */
const MAY_BE_IMMUTABLE = new Set([400, 403, 409, 412])

/** Manifests by name (distribution-spec, "Pulling manifests" and "Pushing manifests"). */
export function openManifests({ send, warm, hostOf, note, multiTag }: Options): Manifests {
  const skills = openTagSkills(multiTag)

  async function find(reference: Reference, expected: boolean): Promise<Manifest | RegistryError> {
    const request = { ...reading('GET', reference, hostOf), expected }
    const objection = 'digest' in reference ? objectionToDigest(reference.digest) : undefined
    if (objection !== undefined) return problemWith(request, 'unusable', `not read: ${objection}`)
    const response = await send(request)
    return response.status === 200
      ? readManifest(reference, { request, response, note })
      : errorOf(request, response)
  }

  async function get(reference: Reference, { expected = false } = {}): Promise<Manifest> {
    const found = await find(reference, expected)
    if (found instanceof Error) throw found
    return found
  }

  async function head(reference: Reference): Promise<Head | undefined> {
    const request = reading('HEAD', reference, hostOf)
    const response = await send(request)
    const told = response.status === 200 ? readHead(reference, response) : undefined
    if (told || response.status === 404) return told
    if (!HEAD_IS_NOT_ENOUGH.has(response.status)) throw errorOf(request, response)
    const found = await find(reference, false)
    if (!(found instanceof Error)) return headOf(found)
    if (found.status === 404) return undefined
    throw found
  }

  async function put(reference: Reference, manifest: Manifest): Promise<void> {
    // Only by its digest is it known by another algorithm than sha256, so a tag goes along with that where it can.
    if ('tag' in reference && algorithmOf(manifest.digest) !== 'sha256') {
      const { response, request, accepted } = await putByDigest([reference], manifest)
      if (!isGood(response)) throw errorOf(request, response)
      if (accepted.length > 0) return
    }
    const request = writing(reference, manifest, hostOf)
    const response = await send(request)
    if (!isGood(response)) return await settleRefusal(request, response, { reference, manifest })
    if ('tag' in reference) skills.learn(reference.registry, [reference], response)
    const told = digestIn(response)
    if ('digest' in reference ? told === reference.digest : names(told, manifest)) return
    const { digest } = await get(reference, { expected: true })
    if (!names(digest, manifest))
      throw problemWith(request, 'digest', `sent ${manifest.digest}, but ${digest} is there now`)
  }

  /** With some tags of one repository: those that it has got. */
  async function putByDigest(tags: readonly [TagRef, ...TagRef[]], manifest: Manifest) {
    const { registry, path } = tags[0]
    const { digest } = manifest
    const request = writing({ registry, path, digest }, manifest, hostOf)
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
    const now = await head(reference).catch(() => undefined)
    if (names(now?.digest, manifest)) return
    throw now && saysImmutable(refusal) ? errorOf(request, response, now.digest) : refusal
  }

  return {
    get,
    head,
    put,
    putTags,
    warm: async (repository) => {
      try {
        await warm(knocking(repository, hostOf))
      } catch {
        // The first real request meets the same, and says it.
      }
    },
  }
}

type HostOf = Options['hostOf']

function reading(method: 'GET' | 'HEAD', reference: Reference, host: HostOf): Request {
  return { ...naming(reference, host), method, headers: { accept: MANIFEST_TYPES.join(', ') } }
}

function writing(reference: Reference, { mediaType, bytes }: Manifest, host: HostOf): Request {
  const headers = { 'content-type': mediaType }
  // What an index lists was pushed a moment ago, perhaps by another job: it may not be seen everywhere yet.
  const request = { ...naming(reference, host), method: 'PUT', headers, body: bytes, expected: true } as const
  if (bytes.length > LONGEST_WRITTEN)
    throw problemWith(request, 'refused', `not sent: ${bytes.length} bytes are more than 4 MiB`)
  return request
}

function isGood({ status }: Response): boolean {
  return status >= 200 && status <= 299
}

function knocking(repository: Repository, host: HostOf): Request {
  return { ...within(repository, host(repository.registry), ''), method: 'GET' }
}

function naming(reference: Reference, host: HostOf) {
  const name = 'digest' in reference ? reference.digest : reference.tag
  return within(reference, host(reference.registry), `${reference.path}/manifests/${name}`)
}

function headOf({ mediaType, digest, bytes }: Manifest): Head {
  return { mediaType, digest, size: bytes.length }
}

/** A registry may know by sha256 what we know by sha512. */
function names(digest: Digest | undefined, manifest: Manifest): boolean {
  return digest === manifest.digest || (digest !== undefined && isDigestOf(digest, manifest.bytes))
}

/** There is no code for it in the specification, so each registry has its own (ECR, Harbor, Quay, Artifactory). */
function saysImmutable({ status, message }: RegistryError): boolean {
  return status === 409 || status === 412 || /immutable|already ?exists/i.test(message)
}
