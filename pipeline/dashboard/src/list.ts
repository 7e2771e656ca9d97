// The list: what is chosen, sorted, a page at a time; and the same as CSV.

import type { Comparing } from './compare'
import type { Contents } from './data'
import { readColumns } from './data'
import { foreign, h, save } from './dom'
import type { Chosen } from './filters'
import type { Internships } from './internships'
import { NONE } from './internships'
import type { Sort, State } from './state'
import { addressOf, clearFilters, SORTS } from './state'
import type { Judged } from './suits'
import type { Marks } from './marks'
import { message, messageParts } from './messages'
import { cardMarks } from './mine'
import { clauses, country, day, dayOf, euro, few, language, listed, today, word } from './words'

export const PAGE = 25

export interface List {
  element: HTMLElement
  /** `judge`: what speaks for a row and against it, for who tells of themselves. */
  show: (state: State, sort: Sort, chosen: Pick<Chosen, 'rows' | 'amount' | 'complete'>, judge: ((row: number) => Judged) | null, isAsking: boolean) => void
}

export function makeList(
  internships: Internships, contents: Contents, night: number, marks: Marks, change: (edit: (state: State) => void, keepPage?: boolean) => void,
  comparing: Comparing,
): List {
  let shown: Uint32Array = new Uint32Array()
  const sort = h('select', { id: 'sort', onchange: () => change((state) => { state.sort = sort.value as Sort }) },
    ...SORTS.map((value) => h('option', { value }, message(`sort.${value}`))))
  const offer = (one: Sort, isThere: boolean): void => {
    const option = Array.from(sort.options).find(({ value }) => value === one) as HTMLOptionElement
    option.hidden = option.disabled = !isThere
  }
  const found = h('h1', { tabindex: -1, id: 'found' })
  const status = h('p', { role: 'status', class: 'unseen' })
  const csv = h('button', { type: 'button', id: 'csv', onclick: () => void download() }, message('list.csv'))
  const results = h('ol', { class: 'results' })
  const part = h('p', { class: 'partly' })
  const undone = h('p', { role: 'status', class: 'undo' })
  const pages = h('nav', { 'aria-label': message('list.pages'), class: 'pages' })

  async function download(): Promise<void> {
    csv.disabled = true
    try {
      save(`internships-${contents.night}.csv`, await table(internships, contents, shown), 'text/csv;charset=utf-8')
    } finally {
      csv.disabled = false
    }
  }

  /** What was hidden can be brought back. */
  function hid(id: string, title: string): void {
    undone.replaceChildren(...messageParts('mine.is_hidden', { title: foreign(title) }).map((part) => part as Node | string), ' ', h('button', { type: 'button', onclick: () => {
      undone.replaceChildren()
      marks.edit(id, title, (mark) => { mark.hidden = false })
      const back = Array.from(results.children).find((card) => (card as HTMLElement).dataset.id === id)
      ;(back?.querySelector<HTMLElement>('h2 a') ?? found).focus({ preventScroll: true })
    } }, message('mine.undo')))
  }

  /** Focus goes where it was: to the same control of the same card, or, where this one is gone, to the card in its place. */
  function refocus(items: HTMLElement[], at: number, focused: HTMLElement): void {
    const id = focused.closest<HTMLElement>('.card')?.dataset.id
    const control = focused.dataset.mark ? `[data-mark="${focused.dataset.mark}"]` : 'h2 a'
    const same = items.find((card) => card.dataset.id === id)?.querySelector<HTMLElement>(control)
    const next = items[Math.min(at, items.length - 1)]?.querySelector<HTMLElement>('h2 a')
    const there = same ?? next ?? found
    there.focus({ preventScroll: true })
  }

  return {
    element: h('section', { class: 'list', 'aria-labelledby': 'found' }, found, status,
      h('div', { class: 'bar' }, h('label', { for: 'sort' }, message('list.sort')), ' ', sort, csv), part, undone, results, comparing.bar, pages),
    show(state, by, { rows, amount, complete }, judge, isAsking) {
      shown = rows
      csv.disabled = rows.length < amount
      offer('you', judge !== null)
      offer('words', state.q !== '')
      sort.value = by
      found.textContent = message('list.count', { count: amount })
      found.dataset.words = state.q
      status.textContent = amount ? message('list.found', { count: amount }) : message('list.nothing_found')
      const last = Math.max(1, Math.ceil(amount / PAGE))
      const page = Math.min(state.page, last)
      const from = (page - 1) * PAGE
      results.setAttribute('start', String(from + 1))
      const items = Array.from(rows.subarray(from, from + PAGE), (row) => item(internships, row, night, marks, judge?.(row), isAsking, hid, comparing))
      const focused = results.contains(document.activeElement) ? document.activeElement as HTMLElement : null
      const at = Array.from(results.children).findIndex((card) => card.contains(focused))
      results.replaceChildren(...items)
      if (focused) refocus(items, at, focused)
      part.replaceChildren(...(complete > 0 && complete < amount ? partly(complete, amount, () => change((edited) => { edited.every = true })) : []))
      if (complete >= from && complete < from + items.length && complete > 0) items[complete - from].classList.add('first-partly')
      if (!amount) results.replaceChildren(nothing(state, () => { change(clearFilters); found.focus() }))
      pages.replaceChildren(...turns(state, page, last))
    },
  }
}

/** That some have all of what is searched, and the others a part. */
function partly(complete: number, all: number, only: () => void): Node[] {
  return [document.createTextNode(`${message('list.partly', { count: complete, all })} `),
    h('button', { type: 'button', onclick: only }, message('list.only_complete', { count: complete }))]
}

function nothing(state: State, clear: () => void): HTMLElement {
  const words = state.q.trim()
  return h('li', { class: 'nothing' },
    h('p', {}, words ? message('list.nothing_for_words', { words }) : message('list.nothing_fits')),
    h('p', {}, h('button', { type: 'button', onclick: clear }, message('list.clear'))))
}

function turns(state: State, page: number, last: number): Node[] {
  if (last === 1) return []
  const to = (target: number, name: string): HTMLElement => h('a', { href: addressOf({ ...state, page: target }), class: 'button' }, name)
  const [previous, next] = [message('list.previous'), message('list.next')]
  return [
    page > 1 ? to(page - 1, previous) : h('span', { class: 'button off' }, previous),
    h('span', {}, message('list.page_of', { page, last })),
    page < last ? to(page + 1, next) : h('span', { class: 'button off' }, next),
  ]
}

function item(
  internships: Internships, row: number, night: number, marks: Marks, judged: Judged | undefined, isAsking: boolean, hid: (id: string, title: string) => void, comparing: Comparing,
): HTMLElement {
  const { texts } = internships
  const organization = texts.organization.at(row)
  const where = placeWords(internships, row)
  const id = internships.ids[row]
  const title = internships.titles[row]
  return h('li', { class: 'card', 'data-id': id },
    h('div', { class: 'heading' }, h('h2', {}, h('a', { href: `#id=${encodeURIComponent(id)}` },
      foreign(title, texts.posting_language.at(row) || null))), cardMarks(marks, id, title, () => hid(id, title))),
    h('p', {}, organization ? foreign(organization) : h('span', { class: 'quiet' }, message('card.no_organization')),
      ' · ', where || h('span', { class: 'quiet' }, message('card.no_place'))),
    h('ul', { class: 'chips' }, ...[...markChips(marks, id), ...chips(internships, row, night)].map(([text, tone]) => h('li', { class: tone }, text))),
    ...(judged ? judgement(judged, isAsking) : []),
    comparing.box(id, title))
}

/** What speaks for it, against it, what nobody says, what rules it out. `isAsking`: for who tells more than where they are from, so
 *  that no points are an answer, too. */
export function judgement(judged: Judged, isAsking: boolean): HTMLElement[] {
  const parts: [string, string, string[]][] = [
    ['good', message('judged.for', { count: judged.score }), judged.reasons],
    ['bad', message('judged.ruled_out'), judged.excludedBy], ['warn', message('judged.against'), judged.against], ['quiet', message('judged.unknown'), judged.unknown],
  ]
  return [h('dl', { class: 'judged' }, ...parts.filter(([tone, , words]) => words.length || (tone === 'good' && (isAsking || judged.score !== 0))).map(([tone, name, words]) =>
    h('div', { class: tone }, h('dt', {}, name), h('dd', {}, clauses(words) || message('judged.nothing')))))]
}

export function placeWords(internships: Internships, row: number): string {
  const cities = internships.texts.cities.at(row)
  const countries = internships.texts.countries.list(row).map(country)
  if (countries.length === 1 && countries[0] === cities) return cities
  return listed([few(cities.split(', ')), few(countries)].filter(Boolean))
}

function markChips(marks: Marks, id: string): [string, string][] {
  const mark = marks.of(id)
  const told: [string, string][] = []
  if (mark?.applied) told.push([message('mine.applied_on', { day: dayOf(mark.applied) }), 'good'])
  if (mark?.note) told.push([message('mine.has_note'), ''])
  return told
}

function chips(internships: Internships, row: number, night: number): [string, string][] {
  const { texts, numbers } = internships
  const told: [string, string][] = []
  const state = texts.state.at(row)
  if (state !== 'open') told.push([word(state), 'bad'])
  if (numbers.first_seen[row] === night) told.push([today() - night > 1 ? message('card.new_on', { day: day(night) }) : message('card.new_tonight'), 'good'])
  const deadline = numbers.deadline[row]
  if (deadline !== NONE) {
    const left = deadline - today()
    const when = { day: day(deadline), count: left }
    told.push([left < 0 ? message('card.passed', when) : left === 0 ? message('card.closes_today', when)
      : left <= 30 ? message('card.closes_in', when) : message('card.closes', when), left < 0 ? 'bad' : left <= 7 ? 'warn' : ''])
  } else if (texts.deadline_kind.at(row)) told.push([message('card.deadline_kind', { kind: word(texts.deadline_kind.at(row)) }), ''])
  const pay = numbers.pay_month_eur[row]
  if (pay !== NONE) told.push([message('card.pay', { pay: euro(pay) }), 'good'])
  else if (texts.pay_status.at(row)) told.push([word(texts.pay_status.at(row)), ''])
  const weeks = duration(numbers.weeks_min[row], numbers.weeks_max[row])
  if (weeks) told.push([weeks, ''])
  if (texts.work_mode.at(row)) told.push([word(texts.work_mode.at(row)), ''])
  if (texts.languages.at(row)) told.push([message('card.languages', { languages: listed(texts.languages.list(row).map(language)) }), ''])
  if (texts.visa_support.at(row) === 'yes') told.push([message('card.visa'), 'good'])
  return told
}

export function duration(least: number, most: number): string {
  const from = least === NONE ? most : least
  const to = most === NONE ? least : most
  if (from === NONE) return ''
  return from === to ? message('weeks.count', { count: from }) : message('weeks.span', { least: from, most: to })
}

/** Characters that make a spreadsheet take a cell for a formula; such a text gets an apostrophe before it, as in the exports. */
const GUARDED = /^['=+\-@\t\r\n＝＋－＠]/

function cell(value: string | number): string {
  const text = typeof value === 'number' ? (value === NONE ? '' : String(value)) : GUARDED.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const isoDay = (days: number): string => days === NONE ? '' : new Date(days * 86_400_000).toISOString().slice(0, 10)

const TEXT_COLUMNS = [
  'organization', 'countries', 'cities', 'fields', 'occupation', 'kind', 'pay_status', 'languages', 'posting_language', 'deadline_kind', 'season',
  'visa_support', 'work_mode', 'channels', 'nationality_rule', 'nationalities', 'residence_countries', 'state',
] as const
const NUMBER_COLUMNS = ['pay_month_eur', 'weeks_min', 'weeks_max', 'listing_count'] as const
const DAY_COLUMNS = ['deadline', 'starts_on', 'first_seen'] as const

async function table(internships: Internships, contents: Contents, rows: Uint32Array): Promise<string[]> {
  const links = new Array<string>(internships.rows)
  await readColumns(contents.tables.links, (_, start, cells) => {
    for (let at = 0; at < cells.length; at++) links[start + at] = cells[at] as string
  })
  const { texts, numbers } = internships
  const lines = [['internship_id', 'title', 'url', ...TEXT_COLUMNS, ...NUMBER_COLUMNS, ...DAY_COLUMNS].join(',')]
  for (const row of rows) {
    lines.push([
      cell(internships.ids[row]), cell(internships.titles[row]), cell(links[row] ?? ''),
      ...TEXT_COLUMNS.map((name) => cell(texts[name].at(row))),
      ...NUMBER_COLUMNS.map((name) => cell(numbers[name][row])),
      ...DAY_COLUMNS.map((name) => isoDay(numbers[name][row])),
    ].join(','))
  }
  return ['\ufeff', lines.join('\r\n'), '\r\n']
}
