import { algorithmOf, type Digest, digestOf, isDigestOf, parseDigest } from '../../image/digest.ts'
import type { Manifest } from '../../image/manifest.ts'
import { isSchema1, OCI_INDEX, OCI_MANIFEST } from '../../image/media-types.ts'
import type { DigestRef, TagRef } from '../../image/reference.ts'
import { problemWith } from '../errors.ts'
import type { Note } from '../events.ts'
import { contentType, readObject } from '../json.ts'
import { redactUrl } from '../redact.ts'
import { header, type Request, type Response } from '../wire.ts'

/** What a registry says of a manifest without giving it. */
export type Head = Readonly<{
  mediaType: string
  digest: Digest
  /** bytes */
  size: number
}>

/** Content types that say nothing about a manifest. */
const VAGUE = new Set(['', 'text/plain', 'application/json', 'application/octet-stream'])

/**
 * The manifest in an answer: named by its bytes, whatever the header says, but by the algorithm by which it was asked
 * for, or by which the registry knows it. Throws RegistryError `digest` where they are not the ones asked for,
 * `unusable` where they are no manifest that an image can be made of.
 */
export function readManifest(
  reference: TagRef | DigestRef,
  { request, response, note }: Readonly<{ request: Request; response: Response; note: Note }>,
): Manifest {
  const { body, status } = response
  const asked = 'digest' in reference ? reference.digest : undefined
  if (asked !== undefined && !isDigestOf(asked, body)) {
    const sentence = `the answer has the digest ${digestOf(body, algorithmOf(asked))}`
    throw problemWith(request, 'digest', sentence, { status })
  }
  const told = digestIn(response)
  const known = told !== undefined && isDigestOf(told, body) ? told : undefined
  const digest = asked ?? known ?? digestOf(body)
  const named = header(response, 'docker-content-digest')
  if (named !== undefined && known === undefined && /^sha(?:256|512):/.test(named)) {
    const { host, url } = request
    note({ kind: 'wrong-digest-header', host: host.registry, url: redactUrl(url), header: named, digest })
  }
  return { mediaType: mediaTypeIn(request, response), bytes: body, digest }
}

/** What a HEAD says, if it says all of it. */
export function readHead(reference: TagRef | DigestRef, response: Response): Head | undefined {
  const mediaType = contentType(response)
  const size = Number(header(response, 'content-length') ?? Number.NaN)
  const digest = digestIn(response)
  if (VAGUE.has(mediaType) || !Number.isSafeInteger(size) || digest === undefined) return undefined
  if ('digest' in reference && reference.digest !== digest) return undefined
  return { mediaType, digest, size }
}

/** The digest that the answer's header names, if it is one that we can check. */
export function digestIn(response: Response): Digest | undefined {
  try {
    return parseDigest(header(response, 'docker-content-digest') ?? '')
  } catch {
    return undefined
  }
}

/** The header and the body must agree (distribution-spec, "Pulling manifests"; image-spec, CVE-2021-41190). */
function mediaTypeIn(request: Request, response: Response): string {
  const json = membersOf(request, response)
  const outer = contentType(response)
  const inner = typeof json['mediaType'] === 'string' ? json['mediaType'] : undefined
  if (isSchema1(outer) || json['schemaVersion'] === 1)
    throw unusable(request, response, 'it is of schema 1, which no index can hold; build the image anew')
  if (inner !== undefined && inner !== outer && !VAGUE.has(outer))
    throw unusable(request, response, `it is sent as ${outer}, but calls itself ${inner}`)
  const mediaType = inner ?? (VAGUE.has(outer) ? guessFrom(json) : outer)
  if (mediaType === undefined) throw unusable(request, response, 'it is no manifest')
  const both = 'manifests' in json && ('config' in json || 'layers' in json)
  if (both) throw unusable(request, response, 'it is an index and an image at once')
  return mediaType
}

function guessFrom(json: object): string | undefined {
  if ('manifests' in json) return OCI_INDEX
  return 'config' in json && 'layers' in json ? OCI_MANIFEST : undefined
}

function membersOf(request: Request, response: Response): Readonly<Record<string, unknown>> {
  const json = readObject(response)
  if (json === undefined) throw unusable(request, response, 'it is no JSON object')
  return json
}

function unusable(request: Request, { status }: Response, sentence: string) {
  return problemWith(request, 'unusable', `the manifest cannot be used: ${sentence}`, { status })
}
