/** What the fake says; the socket is somebody else's matter. */
export type Answer = Readonly<{
  status: number
  headers?: Readonly<Record<string, string>>
  body?: Uint8Array
}>

export function json(status: number, value: unknown, headers: Answer['headers'] = {}): Answer {
  const body = new TextEncoder().encode(JSON.stringify(value))
  return { status, headers: { 'content-type': 'application/json', ...headers }, body }
}

/** A refusal in the form of distribution-spec, "Error codes". */
export function refusal(
  status: number,
  code: string,
  message: string,
  { headers, detail }: { headers?: Answer['headers']; detail?: unknown } = {},
): Answer {
  return json(status, { errors: [{ code, message, detail }] }, headers)
}
