import { context } from '@actions/github'
import type { PartRequest } from '../flows/part.ts'

/** What the runner knows about this run beside the inputs. */
export type Run = Readonly<{
  /** the page of this attempt, which provenance names as its builder; empty outside of GitHub */
  url: string
  /** whether the repository is private, undefined where nobody says */
  private: boolean | undefined
  /** whether the user has switched default attestations off for buildx, by BUILDX_NO_DEFAULT_ATTESTATIONS */
  noDefaultAttestations: boolean
  /** the run's own commit as a Git context, like `https://github.com/octo/app.git#<commit>`; undefined outside of GitHub */
  defaultContext: string | undefined
  /** the variables that the workflow has set for this step */
  environment: Readonly<Record<string, string | undefined>>
  /** what the user has switched off in the environment, by the names that docker/build-push-action has for it */
  wants: Readonly<{ summary: boolean; annotations: boolean }>
  /** this job, for the records that jobs leave for each other */
  job: Pick<PartRequest, 'run' | 'leg' | 'writer'>
}>

/** What the runner's event and environment say of this run. */
export function readRun(environment: Readonly<Record<string, string | undefined>>): Run {
  const {
    GITHUB_RUN_ID: id,
    GITHUB_RUN_ATTEMPT: attempt = '1',
    BUILDX_NO_DEFAULT_ATTESTATIONS: off,
  } = environment
  const isPrivate: unknown = context.payload.repository?.['private']
  return {
    url: id
      ? `${context.serverUrl}/${environment['GITHUB_REPOSITORY']}/actions/runs/${id}/attempts/${attempt}`
      : '',
    private: typeof isPrivate === 'boolean' ? isPrivate : undefined,
    wants: {
      summary: !isOff(environment['DOCKER_BUILD_SUMMARY']),
      annotations: !isOff(environment['DOCKER_BUILD_CHECKS_ANNOTATIONS']),
    },
    noDefaultAttestations: off === '1' || off === 'true',
    defaultContext: defaultContextIn(environment),
    environment,
    job: {
      run: { id: id ?? '', attempt: Number(attempt) },
      leg: { job: environment['GITHUB_JOB'] ?? '', runner: environment['RUNNER_NAME'] ?? '' },
      writer: writerIn(environment),
    },
  }
}

function isOff(value: string | undefined): boolean {
  return value !== undefined && /^(0|f|false|no|off)$/i.test(value)
}

/** This action as the workflow names it, like `octo/multiarch-action@v1`; empty where it is used from the checkout. */
function writerIn({
  GITHUB_ACTION_REPOSITORY: repository,
  GITHUB_ACTION_REF: ref,
}: Readonly<Record<string, string | undefined>>): string {
  return repository ? [repository, ref].filter(Boolean).join('@') : ''
}

/** The commit of the event; of a pull request its own head, where the user wants it so, as in docker's actions. */
function defaultContextIn({
  GITHUB_REPOSITORY: repository,
  DOCKER_DEFAULT_GIT_CONTEXT_PR_HEAD_REF: head,
}: Run['environment']): string | undefined {
  if (!repository) return undefined
  const own: unknown = context.payload.pull_request?.['head']?.sha
  const commit = /^(1|true)$/i.test(head ?? '') && typeof own === 'string' ? own : context.sha || context.ref
  return `${context.serverUrl}/${repository}.git#${commit}`
}
