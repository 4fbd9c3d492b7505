import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { BAD_ENCODING, TOO_LONG, WireError } from '../wire.ts'

/** We never ask for compression; some proxies compress all the same. Digests are of what is inside. */
export function decode(body: Uint8Array, encoding: string | undefined, limit: number): Uint8Array {
  const options = { maxOutputLength: limit }
  try {
    switch (encoding?.trim().toLowerCase()) {
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(body, options)
      case 'deflate':
        return inflateSync(body, options)
      case 'br':
        return brotliDecompressSync(body, options)
      case 'zstd':
        return zstdDecompressSync(body, options)
      default:
        return body
    }
  } catch (error: unknown) {
    const tooLong = error instanceof RangeError
    const problem = tooLong ? `answer is longer than ${limit} bytes` : `answer is not ${encoding}, as it says`
    throw new WireError(tooLong ? TOO_LONG : BAD_ENCODING, problem, error)
  }
}
