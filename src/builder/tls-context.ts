import { join } from 'node:path'
import type { Finished, Run } from '../system/processes.ts'

/** An engine behind TLS, as DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH name it (docker in docker, ARC). */
export type TlsEngine = Readonly<{ host: string; certificates: string }>

/** The ledger's entry for a docker context that this run has made. */
export type MadeContext = Readonly<{ kind: 'context'; name: string }>

type ContextWorld = Readonly<{ run: Run; note: (entry: MadeContext) => void }>

/**
 * Makes a docker context for an engine that the environment describes: buildx refuses to make a builder with
 * certificates from the environment. Gives its name, which is the builder's endpoint then.
 */
export async function makeContext(
  name: string,
  engine: TlsEngine,
  { run, note }: ContextWorld,
): Promise<Finished & { name: string }> {
  note({ kind: 'context', name })
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((file) => join(engine.certificates, file))
  const endpoint = `host=${engine.host},ca=${ca},cert=${cert},key=${key}`
  return { name, ...(await run('docker', ['context', 'create', name, '--docker', endpoint])) }
}

/** Removes it again; being gone already is success. */
export async function removeContext({ name }: MadeContext, run: Run): Promise<Finished> {
  return await run('docker', ['context', 'rm', '--force', name])
}
