import { parse } from 'csv-parse/sync'

/**
 * Reads a list as docker's actions do: one entry a line, quotes as in CSV, so that an entry may hold line breaks.
 * With `commas` an entry ends at a comma as well; without, its commas are its own. The same library and settings as
 * docker/actions-toolkit's, so that a workflow copied from there means the same here.
 */
export function readList(
  text: string,
  options: Readonly<{ commas: boolean; quotes?: boolean; trim?: boolean }>,
): readonly string[] {
  const records: string[][] = parse(text, {
    columns: false,
    relaxQuotes: true,
    relaxColumnCount: true,
    skipEmptyLines: true,
    ...(options.quotes === false && { quote: false }),
  })
  const entries = options.commas ? records.flatMap(split) : records.map((record) => record.join(','))
  return entries
    .filter((entry) => entry.trim() !== '')
    .map((entry) => (options.trim === false ? entry : entry.trim()))
}

/** Theirs splits a line that is one quoted entry once more. */
function split(record: readonly string[]): readonly string[] {
  return record.length === 1 ? record.flatMap((entry) => entry.split(',')) : record
}
