import { objectionToDigest } from '../../image/digest.ts'
import type { Manifest } from '../../image/manifest.ts'
import { MANIFEST_TYPES } from '../../image/media-types.ts'
import type { DigestRef, TagRef } from '../../image/reference.ts'
import { errorOf, problemWith } from '../errors.ts'
import type { Registry } from '../registry.ts'
import type { RegistryError } from '../registry-error.ts'
import { type Line, manifestAt } from '../requests.ts'
import type { Request } from '../wire.ts'
import { type Head, readHead, readManifest } from './answers.ts'

export type ManifestReading = Pick<Registry, 'get' | 'head'>

/** Answers to a HEAD that a GET may do better than: incomplete, without words, or not supported. */
const HEAD_IS_NOT_ENOUGH = new Set([200, 403, 405, 500, 501])

/** Manifests by name (distribution-spec, "Pulling manifests"). */
export function openManifestReading({ send, hostOf, note }: Line): ManifestReading {
  function reading(method: 'GET' | 'HEAD', reference: TagRef | DigestRef): Request {
    return { ...manifestAt(reference, hostOf), method, headers: { accept: MANIFEST_TYPES.join(', ') } }
  }

  async function find(reference: TagRef | DigestRef, expected: boolean): Promise<Manifest | RegistryError> {
    const request = { ...reading('GET', reference), expected }
    const objection = 'digest' in reference ? objectionToDigest(reference.digest) : undefined
    if (objection !== undefined) return problemWith(request, 'unusable', `not read: ${objection}`)
    const response = await send(request)
    return response.status === 200
      ? readManifest(reference, { request, response, note })
      : errorOf(request, response)
  }

  return {
    get: async (reference, { expected = false } = {}) => {
      const found = await find(reference, expected)
      if (found instanceof Error) throw found
      return found
    },
    head: async (reference) => {
      const request = reading('HEAD', reference)
      const response = await send(request)
      const told = response.status === 200 ? readHead(reference, response) : undefined
      if (told || response.status === 404) return told
      if (!HEAD_IS_NOT_ENOUGH.has(response.status)) throw errorOf(request, response)
      const found = await find(reference, false)
      if (!(found instanceof Error)) return headOf(found)
      if (found.status === 404) return undefined
      throw found
    },
  }
}

function headOf({ mediaType, digest, bytes }: Manifest): Head {
  return { mediaType, digest, size: bytes.length }
}
