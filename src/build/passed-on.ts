/** Inputs that go to buildx word for word, each entry behind the option that it is for. The names are the inputs'. */
export const PASSED_ON = {
  'add-hosts': '--add-host',
  allow: '--allow',
  'build-contexts': '--build-context',
  'cgroup-parent': '--cgroup-parent',
  network: '--network',
  'no-cache-filters': '--no-cache-filter',
  policy: '--policy',
  resources: '--resource',
  'shm-size': '--shm-size',
  ssh: '--ssh',
  ulimit: '--ulimit',
} as const

export type PassedOn = keyof typeof PASSED_ON

/** The entries of those inputs that are set. */
export type PassedEntries = Readonly<Partial<Record<PassedOn, readonly string[]>>>

export function passOn(entries: PassedEntries): readonly string[] {
  return Object.entries(PASSED_ON).flatMap(([name, option]) =>
    (entries[name as PassedOn] ?? []).flatMap((entry) => [option, entry]),
  )
}
