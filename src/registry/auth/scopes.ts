/** The docker token specification's scopes, as text: `repository:octo/app:pull,push`. */
export type Scope = Readonly<{ resource: string; actions: readonly string[] }>

const SCOPE = /^([a-z0-9]+(?:\([a-z0-9]+\))?:.+):([a-z*]+(?:,[a-z*]+)*)$/

export function repositoryScope(path: string, actions: readonly string[]): string {
  return `repository:${path}:${canonical(actions).join(',')}`
}

/**
 * One scope per resource, in the order of their first mention: some registries look at the first one only.
 * Actions are sorted, `*` swallows the others. What is no scope of a resource, like a bare `*`, is left out.
 */
export function mergeScopes(scopes: readonly string[]): readonly string[] {
  const merged = new Map<string, readonly string[]>()
  for (const { resource, actions } of scopes.flatMap(parseScope)) {
    merged.set(resource, canonical([...(merged.get(resource) ?? []), ...actions]))
  }
  return [...merged].map(([resource, actions]) => `${resource}:${actions.join(',')}`)
}

/** Whether a token for the one set of scopes is good for the other. */
export function coversScopes(have: readonly string[], want: readonly string[]): boolean {
  const held = new Map(have.flatMap(parseScope).map(({ resource, actions }) => [resource, actions]))
  return want.flatMap(parseScope).every(({ resource, actions }) => {
    const mine = held.get(resource) ?? []
    return mine.includes('*') || actions.every((action) => mine.includes(action))
  })
}

/** The same resources, to read only. */
export function pullOnly(scopes: readonly string[]): readonly string[] {
  return scopes.flatMap(parseScope).map(({ resource }) => `${resource}:pull`)
}

/** A challenge's `scope` may hold several, with spaces between. */
export function splitScopes(text = ''): readonly string[] {
  return text.split(/\s+/).filter(Boolean)
}

/** None, where the text is no scope of a resource. */
export function parseScope(text: string): readonly Scope[] {
  const [, resource = '', actions = ''] = SCOPE.exec(text) ?? []
  return resource === '' ? [] : [{ resource, actions: actions.split(',') }]
}

function canonical(actions: readonly string[]): readonly string[] {
  return actions.includes('*') ? ['*'] : [...new Set(actions)].toSorted()
}
