import { homedir } from 'node:os'
import { join } from 'node:path'
import { direct, findPlugin } from './builder/plugin.ts'
import { files } from './system/files.ts'
import { type Environment, openProcesses, type Processes } from './system/processes.ts'

/** The programs of this machine, for main and for post. */
export function openPrograms(env: Environment): Processes {
  return direct(openProcesses(env), findPlugin(dockerFolder(env), files))
}

/** The user's folder for docker's settings, logins and plugins. */
export function dockerFolder(env: Environment): string {
  return env['DOCKER_CONFIG'] || join(homedir(), '.docker')
}

/** The user's folder for buildx. */
export function buildxFolder(env: Environment): string {
  return env['BUILDX_CONFIG'] || join(dockerFolder(env), 'buildx')
}
