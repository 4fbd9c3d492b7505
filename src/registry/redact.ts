/** What a query may say about us in a log; whatever else is there may be a signature or a token. */
const HARMLESS = new Set('scope service mount from digest n last tag artifactType'.split(' '))

/** A URL as text for people, without whatever could be a secret. */
export function redactUrl(url: URL): string {
  const shown = new URL(url)
  shown.username = ''
  shown.password = ''
  for (const name of new Set(url.searchParams.keys())) {
    if (!HARMLESS.has(name)) shown.searchParams.set(name, 'REDACTED')
  }
  return shown.href
}
