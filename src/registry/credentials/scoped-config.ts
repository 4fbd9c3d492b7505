import { parseScope } from '../auth/scopes.ts'

/** A login that `docker/login-action` has written for buildx, for a repository or an action only. */
export type ScopedConfig = Readonly<{
  /** The folder below `$BUILDX_CONFIG/config`: `<host>[/<repository>][@<action>,…]`. */
  folder: string
  /** The text of the config.json in it. */
  text: string
}>

/**
 * The one to use in place of Docker's own (buildx, configprovider.go): for one repository only, one that names it
 * before one that does not, and with more actions before fewer.
 */
export function chooseScoped(
  configs: readonly ScopedConfig[],
  registry: string,
  scopes: readonly string[],
): ScopedConfig | undefined {
  const wanted = scopes.flatMap(parseScope)
  const [scope] = wanted
  if (scope === undefined || wanted.length !== 1) return undefined
  const path = scope.resource.replace(/^repository:/, '')
  const hosts = registry === 'docker.io' ? ['registry-1.docker.io', 'docker.io'] : [registry]
  return configs
    .map((config) => ({ config, ...readFolder(config.folder) }))
    .filter(({ host, repository }) => hosts.includes(host) && (repository === '' || repository === path))
    .filter(({ actions }) => actions.every((action) => scope.actions.includes(action)))
    .toSorted((a, b) => b.repository.length - a.repository.length || b.actions.length - a.actions.length)
    .at(0)?.config
}

function readFolder(folder: string) {
  const [, host = '', repository = '', actions = ''] = /^([^/@]*)(?:\/([^@]*))?(?:@(.*))?$/.exec(folder) ?? []
  return {
    host,
    repository,
    actions: actions
      .split(',')
      .map((text) => text.trim())
      .filter(Boolean),
  }
}
