/** What a registry says about its refusal. */
export type Problem = Readonly<{
  /** Upper case, as in distribution-spec, "Error codes": MANIFEST_UNKNOWN. */
  codes: readonly string[]
  /** The registry's words: codes, messages and details, on one line. */
  text: string
}>

const LONGEST = 1024

/** RFC 9110 and 6585, for refusals without a word. Not node:http's table: to load that takes longer than a request. */
const MEANINGS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/**
 * Reads the body of a refusal (distribution-spec, "Error codes"). Registries, and the proxies before them, answer
 * with anything: what is not in the form of the specification is shown as it is, cut to a line.
 */
export function readProblem(status: number, body: Uint8Array): Problem {
  const raw = new TextDecoder().decode(body)
  const errors = errorsOf(parse(raw))
  const text = errors.length > 0 ? errors.map(sentence).join('; ') : oneLine(raw)
  return {
    codes: errors.map(({ code }) => code).filter((code) => code !== ''),
    text: text || (MEANINGS[status] ?? ''),
  }
}

type OneError = Readonly<{ code: string; message: string; detail: string }>

function errorsOf(json: unknown): readonly OneError[] {
  const { errors } = members(json)
  const list: readonly unknown[] = Array.isArray(errors) ? errors : [errors]
  return list.map(oneError).filter(({ code, message, detail }) => `${code}${message}${detail}` !== '')
}

function oneError(value: unknown): OneError {
  if (typeof value === 'string') return { code: '', message: value, detail: '' }
  const { code, message, detail } = members(value)
  return { code: textOf(code).toUpperCase(), message: textOf(message), detail: textOf(detail) }
}

function sentence({ code, message, detail }: OneError): string {
  const said = [code, message].filter(Boolean).join(': ')
  return oneLine(detail ? `${said} (${detail})` : said)
}

/** Control characters go, so that a registry cannot write lines of our log. */
function oneLine(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return String(value)
  return Object.keys(value).length > 0 ? JSON.stringify(value) : ''
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
