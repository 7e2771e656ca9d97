// The other exports of the night: to subscribe to, to work with.

import type { Contents, TableFile } from './data'
import type { Child } from './dom'
import { h, table, tableRow } from './dom'
import type { Key } from './messages'
import { message, messageParts } from './messages'
import { bytes, country, dayOf, field, listed, number } from './words'

const FORMATS: Record<string, string> = { parquet: 'Parquet', csv: 'CSV', ndjson: 'NDJSON' }
const MEANINGS: Record<string, Key> = {
  'deadlines.ics': 'file.deadlines_ics', 'new.atom': 'file.new_atom', 'internships.xlsx': 'file.internships_xlsx',
  'jobpostings.jsonld': 'file.jobpostings_jsonld',
}
const PARTED = /^(?:(calendars|feeds)\/(country|field)-(.+)\.(?:ics|atom)|internships_by_country\/country=(.+)\/internships\.parquet)$/

export function filesPage(contents: Contents): HTMLElement {
  const parted: Record<string, Child[]> = { 'calendars/country': [], 'calendars/field': [], 'feeds/country': [], 'feeds/field': [], parquet: [] }
  const tables = new Map<string, Record<string, TableFile>>()
  const others: Child[] = []
  for (const file of contents.exports) {
    const [, folder, kind, code, parquet] = PARTED.exec(file.path) ?? []
    const [name, format] = file.path.split('.')
    if (kind) parted[`${folder}/${kind}`].push(file.rows > 0 && part(file, kind === 'country' ? country(code) : field(code)))
    else if (parquet) parted.parquet.push(part(file, parquet === 'ZZ' ? message('option.no_country') : country(parquet)))
    else if (format in FORMATS) tables.set(name, { ...tables.get(name), [format]: file })
    else others.push(h('li', {}, link(file, file.path in MEANINGS ? message(MEANINGS[file.path]) : file.path), h('span', { class: 'quiet' }, ` ${listed([file.path, bytes(file.bytes)])}`)))
  }
  const columns = [message('files.table'), message('files.rows'), ...Object.values(FORMATS)]
  return h('section', { class: 'files' },
    h('h1', { tabindex: -1 }, message('files.title', { day: dayOf(contents.night) })),
    h('p', {}, ...messageParts('files.meaning', { link: h('a', { href: 'datapackage.json' }, 'datapackage.json') })),
    h('h2', {}, message('files.subscribe')), h('ul', {}, ...others),
    links(message('files.deadlines_country'), parted['calendars/country']), links(message('files.deadlines_field'), parted['calendars/field']),
    links(message('files.new_country'), parted['feeds/country']), links(message('files.new_field'), parted['feeds/field']),
    h('h2', {}, message('files.tables')),
    table(message('files.tables'), columns, h('tbody', {}, ...[...tables].map(([name, files]) => tableRow(
      columns, [name], [number(Object.values(files)[0].rows)],
      ...Object.keys(FORMATS).map((format) => [format in files && link(files[format], bytes(files[format].bytes), `${message('files.format_of', { format: FORMATS[format], table: name })}${message('list.separator')}`)]),
    )))),
    links(message('files.by_country'), parted.parquet))
}

/** `before`: what only a reader of screens needs to be told. */
const link = (file: TableFile, text: string, before = ''): HTMLElement =>
  h('a', { href: encodeURI(file.path) }, before && h('span', { class: 'unseen' }, before), text)

const part = (file: TableFile, name: string): HTMLElement =>
  h('li', { 'data-name': name }, link(file, name), h('span', { class: 'quiet' }, ` ${number(file.rows)}`))

function links(name: string, items: Child[]): Child {
  const there = items.filter((item) => item instanceof HTMLElement)
  there.sort((one, other) => (one.dataset.name as string).localeCompare(other.dataset.name as string))
  return there.length > 0 && h('details', {}, h('summary', {}, message('files.count', { name, count: there.length })), h('ul', { class: 'many' }, ...there))
}
