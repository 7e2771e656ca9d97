// The other exports of the night: to subscribe to, to work with.

import type { Contents, TableFile } from './data'
import type { Child } from './dom'
import { h, table, tableRow } from './dom'
import { bytes, count, country, dayOf, number, word } from './words'

const FORMATS: Record<string, string> = { parquet: 'Parquet', csv: 'CSV', ndjson: 'NDJSON' }
const COLUMNS = ['Table', 'Rows', ...Object.values(FORMATS)]
const MEANINGS: Record<string, string> = {
  'deadlines.ics': 'all deadlines, for a calendar', 'new.atom': 'what is new, for a feed reader',
  'internships.xlsx': 'open internships, for a spreadsheet', 'jobpostings.jsonld': 'schema.org JobPosting, for search engines',
}
const PARTED = /^(?:(calendars|feeds)\/(country|field)-(.+)\.(?:ics|atom)|internships_by_country\/country=(.+)\/internships\.parquet)$/

export function filesPage(contents: Contents): HTMLElement {
  const parted: Record<string, Child[]> = { 'calendars country': [], 'calendars field': [], 'feeds country': [], 'feeds field': [], parquet: [] }
  const tables = new Map<string, Record<string, TableFile>>()
  const others: Child[] = []
  for (const file of contents.exports) {
    const [, folder, kind, code, parquet] = PARTED.exec(file.path) ?? []
    const [name, format] = file.path.split('.')
    if (kind) parted[`${folder} ${kind}`].push(file.rows > 0 && part(file, kind === 'country' ? country(code) : contents.fields[code] ?? code))
    else if (parquet) parted.parquet.push(part(file, parquet === 'ZZ' ? 'no country named' : country(parquet)))
    else if (format in FORMATS) tables.set(name, { ...tables.get(name), [format]: file })
    else others.push(h('li', {}, link(file, MEANINGS[file.path] ?? file.path), h('span', { class: 'quiet' }, ` ${file.path}, ${bytes(file.bytes)}`)))
  }
  return h('section', { class: 'files' },
    h('h1', { tabindex: -1 }, `Files of the night of ${dayOf(contents.night)}`),
    h('p', {}, 'What is in them, column by column, with the rights of each source: ', h('a', { href: 'datapackage.json' }, 'datapackage.json'), '.'),
    h('h2', {}, 'To subscribe to, and for programs'), h('ul', {}, ...others),
    links('Deadlines by country', parted['calendars country']), links('Deadlines by field of study', parted['calendars field']),
    links('New by country', parted['feeds country']), links('New by field of study', parted['feeds field']),
    h('h2', {}, 'Tables'),
    table('Tables', COLUMNS, h('tbody', {}, ...[...tables].map(([name, files]) => tableRow(
      COLUMNS, [word(name)], [number(Object.values(files)[0].rows)],
      ...Object.keys(FORMATS).map((format) => [format in files && link(files[format], bytes(files[format].bytes), `${FORMATS[format]} of ${word(name)}, `)]),
    )))),
    links('Internships by country, Parquet', parted.parquet))
}

/** `before`: what only a reader of screens needs to be told. */
const link = (file: TableFile, text: string, before = ''): HTMLElement =>
  h('a', { href: encodeURI(file.path) }, before && h('span', { class: 'unseen' }, before), text)

const part = (file: TableFile, name: string): HTMLElement =>
  h('li', { 'data-name': name }, link(file, name), h('span', { class: 'quiet' }, ` ${number(file.rows)}`))

function links(name: string, items: Child[]): Child {
  const there = items.filter((item) => item instanceof HTMLElement)
  there.sort((one, other) => (one.dataset.name as string).localeCompare(other.dataset.name as string))
  return there.length > 0 && h('details', {}, h('summary', {}, `${name} (${count(there.length, 'file')})`), h('ul', { class: 'many' }, ...there))
}
