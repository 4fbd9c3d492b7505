import { parseJson } from '../image/manifest.ts'
import { header, type Response } from './wire.ts'

/** The members of the JSON object that an answer holds, or undefined where it holds none. */
export function readObject({ body }: Response): Readonly<Record<string, unknown>> | undefined {
  try {
    const json = parseJson(body)
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined
  } catch {
    return undefined
  }
}

/** The media type that an answer says it has, without parameters; empty where it says none. */
export function contentType(response: Response): string {
  return (header(response, 'content-type') ?? '').replace(/;.*$/, '').trim().toLowerCase()
}
