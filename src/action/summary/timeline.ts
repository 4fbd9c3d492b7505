import type { PlatformResult } from '../../flows/result.ts'
import { formatPlatform } from '../../image/platform.ts'
import { formatDuration } from '../../system/clock.ts'
import type { Stage } from '../../system/log.ts'

/** A step that took less than this share of the whole time is no bar of its own. */
const NOTABLE = 0.04
const STEPS = 3

/** What was done when, as Mermaid draws it: a section for each platform, with the steps that took longest. */
export function timeline(stages: readonly Stage[], platforms: readonly PlatformResult[] = []): string {
  const start = Math.min(...stages.map(({ startedAt }) => startedAt))
  const total = Math.max(...stages.map((stage) => stage.startedAt + stage.milliseconds)) - start
  const sections = sectionsOf(stages, platforms, total)
  const longest = Math.max(...sections.map(({ name }) => name.length))
  const settings = { gantt: { leftPadding: 24 + 7 * longest } }
  return [
    '```mermaid',
    `%%{init: ${JSON.stringify(settings)}}%%`,
    'gantt',
    ...[`dateFormat ${DATE_FORMAT}`, ...axis(total), 'todayMarker off'].map((line) => `  ${line}`),
    ...sections.flatMap(({ name, bars }) => [
      `  section ${literal(name)}`,
      ...bars.map((bar) => `  ${barLine(bar, start)}`),
    ]),
    '```',
  ].join('\n')
}

type Section = Readonly<{ name: string; bars: readonly Bar[] }>
type Bar = Readonly<{ name: string; kind: Kind; from: number; milliseconds: number }>

/** Mermaid's words for colours. */
type Kind = '' | 'active' | 'done' | 'crit'

/** Platforms in the order in which they were wanted; stages before the first platform and after the last have sections of their own. */
function sectionsOf(
  stages: readonly Stage[],
  platforms: readonly PlatformResult[],
  total: number,
): readonly Section[] {
  const builds = stages.filter(({ platform }) => platform !== undefined)
  const firstBuild = Math.min(...builds.map(({ startedAt }) => startedAt))
  const others = stages.filter(({ platform }) => platform === undefined)
  const [before, after] = [others.filter(isBefore), others.filter((stage) => !isBefore(stage))]
  const sections = [
    { name: 'Set-up', bars: before.map((stage) => stageBar(stage, stage.name)) },
    ...[
      ...Map.groupBy(
        builds.toSorted((one, other) => place(one) - place(other)),
        nameOf,
      ),
    ].map(([name, builds]) => ({
      name,
      bars: builds.flatMap((build) => buildBars(build, platforms, total)),
    })),
    { name: 'Publish', bars: after.map((stage) => stageBar(stage, stage.name)) },
  ]
  return sections.filter(({ bars }) => bars.length > 0)

  /** One that has failed is none of the result's. */
  function place(stage: Stage): number {
    const index = platforms.findIndex(({ platform }) => formatPlatform(platform) === nameOf(stage))
    return index < 0 ? platforms.length : index
  }

  function isBefore({ startedAt }: Stage): boolean {
    return startedAt < firstBuild
  }
}

function nameOf({ platform }: Stage): string {
  return platform ? formatPlatform(platform) : ''
}

function stageBar(stage: Stage, name: string, kind: Kind = 'done'): Bar {
  const { startedAt, milliseconds, ended } = stage
  const label = [name, ended].filter(Boolean).join(', ')
  return { name: label, kind: ended === 'failed' ? 'crit' : kind, from: startedAt, milliseconds }
}

function buildBars(stage: Stage, platforms: readonly PlatformResult[], total: number): readonly Bar[] {
  const built = platforms.find(({ platform }) => formatPlatform(platform) === nameOf(stage))
  const emulated = stage.name.includes('emulated')
  const ran = emulated ? 'emulated' : 'native'
  const steps = (built?.steps?.slowest ?? [])
    .filter(({ milliseconds }) => milliseconds >= total * NOTABLE)
    .slice(0, STEPS)
    .toSorted((a, b) => a.after - b.after)
  return [
    stageBar(stage, built?.unsupported ? 'build' : ran, emulated ? 'active' : ''),
    ...steps.map(({ name, milliseconds, after }) => ({
      ...{ name: short(name), kind: 'done' as const, milliseconds },
      from: stage.startedAt + after,
    })),
  ]
}

/** Characters of a step's name that fit on or beside its bar. */
const LONGEST = 30

function short(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name
}

function barLine({ name, kind, from, milliseconds }: Bar, start: number): string {
  const label = literal(`${name}, ${formatDuration(milliseconds)}`)
  const length = `${Math.max(1, Math.round(milliseconds))}ms`
  return `${label} :${[kind, dateOf(from - start), length].filter(Boolean).join(', ')}`
}

/** A day in every time zone, from its midnight: the axis shows times of the reader's own zone. */
const DATE_FORMAT = 'YYYY-MM-DD HH:mm:ss.SSS'

function dateOf(milliseconds: number): string {
  const pad = (figure: number, digits = 2) => String(Math.floor(figure)).padStart(digits, '0')
  const [minutes, seconds] = [milliseconds / 60_000, (milliseconds / 1000) % 60]
  const time = [pad(minutes / 60), pad(minutes % 60), pad(seconds)].join(':')
  return `2001-01-01 ${time}.${pad(milliseconds % 1000, 3)}`
}

const SECOND = 1000
const MINUTE = 60 * SECOND

/** About ten marks, at times that people count in. */
function axis(total: number): readonly string[] {
  const marks = [1, 2, 5, 10, 15, 30].map((seconds) => [seconds * SECOND, `${seconds}second`] as const)
  const more = [1, 2, 5, 10, 15, 30, 60].map((minutes) => [minutes * MINUTE, `${minutes}minute`] as const)
  const [, interval] = [...marks, ...more].find(([length]) => total / length <= 10) ?? [0, '2hour']
  return [
    `axisFormat ${total < MINUTE ? '%-S s' : total < 60 * MINUTE ? '%-M:%S' : '%-H:%M:%S'}`,
    `tickInterval ${interval}`,
  ]
}

/** Mermaid has a meaning for many characters, and for words at the beginning of a line. */
function literal(text: string): string {
  return text.replaceAll(/^\w|[^\w ./()+–…-]/gu, (character) => `#${character.codePointAt(0)};`)
}
