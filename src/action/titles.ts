import type { Place } from '../system/log.ts'

/** An error for the one who must act. Titles are the keys of README's Troubleshooting. */
export type Report = Readonly<{ title: Title; detail: string; advice: string; place?: Place }>
export type Title = (typeof TITLES)[number]

export const TITLES = [
  'The inputs need a correction',
  'Docker is not installed',
  'The Docker engine does not answer',
  'Docker has no buildx',
  'Buildx could not be downloaded',
  'Buildx is too old',
  'The Dockerfile is missing',
  'An emulator did not come up',
  'The builder did not start',
  'An image could not be pulled',
  'The image store does not take the image',
  'A platform failed to build',
  'The Dockerfile does not pass',
  'A platform is missing',
  'The parts do not make the image',
  'The parts were not found',
  'A record cannot be read',
  'A platform was built twice',
  'The record could not be handed over',
  'A part is not in the registry',
  'The source is another image',
  'The image cannot be used',
  'The image could not be copied',
  'A tag is taken',
  'Somebody else moves the tag',
  'The registry does not accept the login',
  'The registry refuses',
  'The registry cannot be reached',
  'Some tags were not moved',
  'A file cannot be read or written',
  'Something unexpected happened',
] as const
