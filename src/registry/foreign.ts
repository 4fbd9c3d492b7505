import { isElsewhere } from '../image/contents.ts'
import { readImage } from '../image/manifest.ts'
import { isImageType } from '../image/media-types.ts'
import { readProblem } from './error-body.ts'
import type { Request, Response } from './wire.ts'

/** Layers that by their licence are fetched from where their `urls` say, as those of Windows were. */
const FOREIGN = /foreign|nondistributable/

/**
 * Whether a registry has turned down an image for the addresses of such layers. The reference registry says so with
 * status 500, as if it were in trouble, and that it misses these blobs; it never looks for them, so this is no trouble
 * that may pass.
 */
export function refusesUrls(request: Request, { status, body }: Response): boolean {
  if (status !== 500 || !readProblem(status, body).codes.includes('MANIFEST_BLOB_UNKNOWN')) return false
  const said = new TextDecoder().decode(body)
  return foreignLayers(request).some((digest) => said.includes(digest))
}

function foreignLayers({ method, headers, body }: Request): readonly string[] {
  const mediaType = headers['content-type'] ?? ''
  if (method !== 'PUT' || !(body instanceof Uint8Array) || !isImageType(mediaType)) return []
  const foreign = readImage({ bytes: body }).filter((layer) => FOREIGN.test(layer.mediaType))
  return foreign.filter(isElsewhere).map(({ digest }) => digest)
}
