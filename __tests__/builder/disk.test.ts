import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { warningOfFullDisk } from '../../src/builder/disk.ts'

const GB = 1000 ** 3

type Case = Readonly<{
  settings?: string
  disks: Readonly<Record<string, number>>
  warned: string | undefined
}>

const cases: Readonly<Record<string, Case>> = {
  'where engines mostly are': { disks: { '/var/lib/docker': GB, '/': 90 * GB }, warned: '/var/lib/docker' },
  'where its settings say': {
    settings: '{"data-root": "/mnt/docker"}',
    disks: { '/mnt/docker': GB / 2, '/var/lib/docker': 90 * GB },
    warned: '/mnt/docker',
  },
  'with room where its settings say, whatever is elsewhere': {
    settings: '{"data-root": "/mnt/docker"}',
    disks: { '/mnt/docker': 90 * GB, '/': GB },
    warned: undefined,
  },
  'with settings that nobody can read': { settings: '{', disks: { '/': GB }, warned: '/' },
  'nowhere that is known': { disks: {}, warned: undefined },
}

describe('the disk of an engine', () => {
  for (const [name, { settings, disks, warned }] of Object.entries(cases))
    test(`${name}: ${warned === undefined ? 'no warning' : 'a warning'}`, async () => {
      const files = {
        read: (path: string) => Promise.resolve(path === '/etc/docker/daemon.json' ? settings : undefined),
        freeSpace: (path: string) => Promise.resolve(disks[path]),
      }
      const warning = await warningOfFullDisk(files)
      if (warned === undefined) assert.equal(warning, undefined)
      else
        assert.match(
          warning ?? '',
          new RegExp(`^Only [\\d.]+ GB are free at ${warned}\\..*docker system prune`),
        )
    })
})
