import type { MadeBuilder } from '../builder/builder.ts'
import type { NodeCertificates } from '../builder/nodes.ts'
import type { MadeContext, TlsEngine } from '../builder/tls-context.ts'
import type { AddedEmulators } from '../emulation/install.ts'
import type { Artifacts } from '../handoff/artifacts.ts'
import type { Registry } from '../registry/client.ts'
import type { Clock } from '../system/clock.ts'
import type { Files } from '../system/files.ts'
import type { Log, Stages } from '../system/log.ts'
import type { Processes } from '../system/processes.ts'
import type { Tools } from '../system/tools.ts'

/** Everything a flow can do to the world outside. A test hands in literals. */
export type World = Processes &
  Readonly<{
    files: Files
    clock: Clock
    log: Log
    stages: Stages
    tools: Tools
    /** the program that is buildx here, where it is not docker's own plugin */
    buildx?: string
    /** The client for registries, loaded and opened at the first call. */
    registry: () => Promise<Registry>
    /** What the jobs of this run leave for each other; fails with an ArtifactsError where the runner has no place for it. */
    artifacts: () => Promise<Artifacts>
    /** Writes down what must be undone, before it exists. */
    note: (entry: Entry) => void
    /** What an error means to the one who must act, and the cure. */
    explain: (error: unknown) => string
    /** A name that no other run has, for the builder and the folder we make. */
    name: string
    places: Places
  }>

export type Places = Readonly<{
  /** where the user's files are */
  workspace: string
  /** this run's own folder, which the flow makes */
  own: string
  /** where every step of this job has such a folder; undefined where nobody says what belongs to a job */
  job: string | undefined
  /** the user's buildx folder */
  buildx: string
  /** DOCKER_HOST, or empty */
  dockerHost: string
  /** that host, where the environment says that it is reached through TLS */
  tls: TlsEngine | undefined
  /** what builders of the driver remote know us by, by their nodes */
  certificates: ReadonlyMap<number, NodeCertificates>
}>

/** Something this run has made and post takes back. */
export type Entry = MadeContext | MadeBuilder | AddedEmulators | MadeFolder
export type MadeFolder = Readonly<{ kind: 'folder'; path: string }>
