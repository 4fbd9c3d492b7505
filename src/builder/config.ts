/** What other inputs want of BuildKit's own settings. */
export type RegistrySettings = Readonly<{
  /** mirrors of Docker Hub, in the order to ask them */
  mirrors: readonly string[]
  /** hosts that speak plain HTTP, or TLS that nobody can check */
  insecure: readonly string[]
}>

/** Adds registries to the text of a buildkitd.toml (buildkit, docs/buildkitd.toml.md). What the text has already, it keeps. */
export function withRegistries(text: string, { mirrors, insecure }: RegistrySettings): string {
  const tables = [
    ...(mirrors.length > 0 ? [table('docker.io', [`mirrors = [${mirrors.map(quote).join(', ')}]`])] : []),
    ...insecure.map((host) => table(host, ['http = true', 'insecure = true'])),
  ]
  const missing = tables
    .filter(({ header }) => !text.includes(header))
    .map(({ header, lines }) => [header, ...lines].join('\n'))
  return [text.trim(), ...missing].filter(Boolean).join('\n\n')
}

function table(host: string, lines: readonly string[]) {
  return { header: `[registry.${quote(host)}]`, lines: lines.map((line) => `  ${line}`) }
}

function quote(text: string): string {
  return JSON.stringify(text)
}
