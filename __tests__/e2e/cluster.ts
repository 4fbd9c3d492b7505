import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { ask } from './rig.ts'

const { RIG_KUBECONFIG: ofAdmin = '', RIG_KUBERNETES_GATEWAY: gateway = '' } = process.env

/** Why there is no cluster; the rig says so as well when it comes up. */
export const noCluster = ofAdmin
  ? false
  : 'no cluster: the rig’s part "kubernetes" could not be had on this machine'

/** This machine, as pods see it. */
export { gateway }

/** The role that the documentation tells users to make. */
export const ROLE = documentedRole()
/** One that may do nothing. */
export const NO_RIGHTS = ROLE.replace(/^rules:[\s\S]*/m, 'rules: []\n')

let count = 0

/** A namespace, and an account that has this role in it and no other; with it goes all that was made there. */
export async function namespace(role = ROLE) {
  const name = `multiarch-${process.pid}-${count++}`
  const folder = await mkdtemp(join(tmpdir(), 'multiarch-kubernetes-'))
  /** The cluster's own client, as its administrator; what it prints. */
  const kubectl = (...args: readonly string[]) =>
    ask('kubectl', '--kubeconfig', ofAdmin, '--namespace', name, ...args)
  await kubectl('create', 'namespace', name)
  await writeFile(join(folder, 'role.yml'), role)
  await kubectl('apply', '--filename', join(folder, 'role.yml'))
  await kubectl('create', 'serviceaccount', 'ci')
  const bound = ['--role', 'multiarch', '--serviceaccount', `${name}:ci`]
  await kubectl('create', 'rolebinding', 'ci', ...bound)
  const settings = JSON.parse(await readFile(ofAdmin, 'utf8'))
  settings.users[0].user = { token: await kubectl('create', 'token', 'ci') }
  const config = join(folder, 'config')
  await writeFile(config, JSON.stringify(settings))
  return {
    ...{ name, kubectl, config },
    /** What a builder is made of, by kind and name. */
    parts: async (): Promise<readonly string[]> => {
      const said = await kubectl('get', 'deployments,configmaps', '--output', 'name')
      return said.split('\n').filter((line) => line !== '' && !line.endsWith('/kube-root-ca.crt'))
    },
    [Symbol.asyncDispose]: async () => {
      await kubectl('delete', 'namespace', name, '--wait=false')
      await rm(folder, { recursive: true })
    },
  }
}

function documentedRole(): string {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/builders.md'), 'utf8')
  const [, role] = /```yaml\n(apiVersion: rbac[^`]*)```/.exec(page) ?? []
  if (role === undefined) throw new Error('docs/builders.md shows no role')
  return role
}
