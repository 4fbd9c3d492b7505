import { parseJson } from '../../image/manifest.ts'
import { type Credential, CredentialError } from './credential.ts'

/** Runs a program to its end. The one who gives it sees to it that it ends. */
export type RunHelper = (
  program: string,
  args: readonly string[],
  stdin: string,
) => Promise<Readonly<{ code: number; stdout: string; stderr: string }>>

const NAME = /^[A-Za-z0-9._-]+$/
const NOT_FOUND = 'credentials not found in native keychain'

/** What a helper calls a secret that is an identity token. */
const TOKEN_USER = '<token>'

/** Asks a helper (docker-credential-helpers, "get"). Rejects with CredentialError where it fails. */
export async function askHelper(
  registry: string,
  { name, key }: Readonly<{ name: string; key: string }>,
  run: RunHelper,
): Promise<Credential> {
  if (!NAME.test(name)) throw new CredentialError(registry, `"${name}" cannot be a credential helper`)
  const program = `docker-credential-${name}`
  const { code, stdout, stderr } = await run(program, ['get'], `${key}\n`).catch((cause: unknown) => {
    throw new CredentialError(registry, `${program} could not be run`, { program, cause })
  })
  if (code !== 0 && stdout.trim() === NOT_FOUND) return { kind: 'none' }
  if (code !== 0) {
    const words = (stdout.trim() || stderr.trim()).slice(0, 300)
    throw new CredentialError(registry, `${program} failed: ${words || `exit code ${code}`}`, { program })
  }
  const answer = readAnswer(stdout)
  if (answer === undefined) throw new CredentialError(registry, `${program} gave no login`, { program })
  const { username, secret } = answer
  if (username === TOKEN_USER) return { kind: 'identity', token: secret }
  return { kind: 'login', username, password: secret }
}

function readAnswer(stdout: string): { username: string; secret: string } | undefined {
  try {
    const json = parseJson(new TextEncoder().encode(stdout))
    if (typeof json !== 'object' || json === null) return undefined
    const { Username: username, Secret: secret }: { Username?: unknown; Secret?: unknown } = json
    const good = typeof username === 'string' && username !== '' && typeof secret === 'string'
    return good ? { username, secret } : undefined
  } catch {
    return undefined // Its text may hold the secret, so no cause is kept.
  }
}
