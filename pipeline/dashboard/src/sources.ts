// How the sources are: those that need a person first.

import type { Contents } from './data'
import { readRows } from './data'
import { foreign, h, outside, table, tableRow } from './dom'
import { message } from './messages'
import { country, dayOf, daysOf, fold, number, today, word } from './words'

interface Source {
  source_id: string; name: string; channel: string; country: string | null; url: string | null; last_run: string | null
  outcome: string | null; evidence: string | null; last_healthy: string | null; open_listings: bigint; why: string | null
  licence: string | null; terms: string | null; attribution: string | null
}

const PAGE = 50
/** Days since a source was read, from which on it is not called well. */
const LONG_AGO = 14
const COLUMNS = ['source', 'channel', 'outcome', 'last_well', 'open', 'rights'] as const
const WELL = new Set(['ok', 'unchanged'])

export async function sourcesPage(contents: Contents): Promise<HTMLElement> {
  const sources = await readRows<Source>(contents.tables.sources)
  const rank = (one: Source): number => one.why ? 0 : one.outcome === null ? 3 : WELL.has(one.outcome) ? 2 : 1
  sources.sort((one, other) => rank(one) - rank(other) || Number(other.open_listings) - Number(one.open_listings))
  const isWell = (one: Source): boolean => WELL.has(one.outcome as string) && !isOld(one)
  const asked = sources.filter(({ outcome }) => outcome !== null)
  const well = asked.filter(isWell).length
  const ill = sources.filter(({ why }) => why !== null).length

  const outcomes = new Map<string, number>()
  for (const { outcome } of asked) outcomes.set(outcome as string, (outcomes.get(outcome as string) ?? 0) + 1)
  const columns = COLUMNS.map((name) => message(`sources.${name}`))
  let text = ''
  let outcome = ''
  let page = 1
  const body = h('tbody')
  const pages = h('nav', { 'aria-label': message('sources.pages'), class: 'pages' })
  const status = h('p', { role: 'status' })
  const words = sources.map((one) => fold(`${one.name} ${one.source_id} ${one.country ? country(one.country) : ''}`))

  function show(): void {
    const found = sources.filter((one, at) => words[at].includes(text) && (!outcome || (outcome === 'needs' ? one.why !== null : one.outcome === outcome)))
    const last = Math.max(1, Math.ceil(found.length / PAGE))
    page = Math.min(page, last)
    status.textContent = message('sources.count', { count: found.length })
    body.replaceChildren(...found.slice((page - 1) * PAGE, page * PAGE).map((one) => row(one, columns)))
    const turn = (to: number, name: string): HTMLElement => h('button', { type: 'button', disabled: to < 1 || to > last, onclick: () => { page = to; show() } }, name)
    pages.replaceChildren(...last > 1 ? [turn(page - 1, message('list.previous')), h('span', {}, message('list.page_of', { page, last })), turn(page + 1, message('list.next'))] : [])
  }

  const search = h('input', { type: 'search', id: 'source-q', autocomplete: 'off', oninput: () => { text = fold(search.value); page = 1; show() } })
  const select = h('select', { id: 'source-outcome', onchange: () => { outcome = select.value; page = 1; show() } },
    h('option', { value: '' }, message('sources.any')), h('option', { value: 'needs' }, message('sources.needs_person', { amount: ill })),
    ...[...outcomes].sort().map(([name, amount]) => h('option', { value: name }, message('sources.amount', { name: word(name), amount }))))
  show()
  return h('section', { class: 'sources' },
    h('h1', { tabindex: -1 }, message('sources.title')),
    h('p', {}, message('sources.summary', { sources: message('sources.count', { count: sources.length }), asked: asked.length, well, count: ill })),
    h('div', { class: 'bar' }, h('label', { for: 'source-q' }, message('sources.find')), search,
      h('label', { for: 'source-outcome' }, message('sources.outcome')), select), status,
    table(message('view.sources'), columns, body),
    pages)
}

/** Whether it was last read long before today. */
const isOld = (one: Source): boolean => one.last_run !== null && today() - daysOf(one.last_run) > LONG_AGO

function row(one: Source, columns: string[]): HTMLElement {
  return tableRow(
    columns,
    [outside(one.url, foreign(one.name)), one.country && h('span', { class: 'quiet' }, ` ${country(one.country)}`)],
    [word(one.channel)],
    [one.outcome ? h('strong', { class: !WELL.has(one.outcome) ? 'bad' : isOld(one) ? 'warn' : 'good' }, word(one.outcome)) : message('sources.never_asked'),
      isOld(one) && h('div', {}, message('sources.last_read', { day: dayOf(one.last_run) })),
      one.why && h('div', {}, foreign(one.why, 'en')), one.evidence && h('div', { class: 'quiet' }, foreign(one.evidence))],
    [dayOf(one.last_healthy) || message('sources.never')],
    [number(Number(one.open_listings))],
    [one.licence && h('div', {}, one.licence), one.terms && outside(one.terms, message('sources.terms')), one.attribution && h('div', {}, one.attribution)],
  )
}
