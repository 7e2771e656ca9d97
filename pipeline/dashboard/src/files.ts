// The other exports of the night: to subscribe to, to work with.

import type { Contents, TableFile } from './data'
import { h } from './dom'
import { bytes, count, dayOf } from './words'

const MEANINGS: [RegExp, string][] = [
  [/\.(ics|atom)$/, 'To subscribe to'],
  [/\.parquet$/, 'Parquet, for analysis'],
  [/\.csv$/, 'CSV, for spreadsheets'],
  [/\.(ndjson|jsonl?|jsonld)$/, 'JSON, for programs'],
]
const OTHER = 'Others'
const SHOWN = 40

export function filesPage(contents: Contents): HTMLElement {
  const groups = new Map<string, TableFile[]>(MEANINGS.map(([, name]) => [name, []]))
  groups.set(OTHER, [])
  for (const file of contents.exports) {
    const [, name] = MEANINGS.find(([pattern]) => pattern.test(file.path)) ?? [null, OTHER]
    groups.get(name)?.push(file)
  }
  return h('section', { class: 'files' },
    h('h1', { tabindex: -1 }, `Files of the night of ${dayOf(contents.night)}`),
    h('p', {}, 'What is in them, column by column, with the rights of each source: ', h('a', { href: 'datapackage.json' }, 'datapackage.json'), '.'),
    ...[...groups].filter(([, files]) => files.length).map(([name, files]) => h('section', {}, h('h2', {}, name),
      h('ul', {}, ...files.slice(0, SHOWN).map((file) => h('li', {}, h('a', { href: encodeURI(file.path) }, file.path),
        ` ${file.rows ? `${count(file.rows, 'row')}, ` : ''}${bytes(file.bytes)}`))),
      files.length > SHOWN && h('p', { class: 'quiet' }, `and ${count(files.length - SHOWN, 'more file')}; datapackage.json lists them all`))))
}
