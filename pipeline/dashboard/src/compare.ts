// Two to four internships side by side: chosen in the list, shown on a page of their own, whose address has their ids. A fact is
// said to differ where two of them state different things; what one does not state is said to be not stated.

import type { Child } from './dom'
import { foreign, h, table, tableRow } from './dom'
import type { Detail } from './internship'
import { facts, WEIGHTY } from './internship'
import { judgement } from './list'
import { locale, message } from './messages'
import { addressOf, MOST_COMPARED, readState } from './state'
import type { Judged } from './suits'
import { dayOf, listed, word } from './words'

export interface Comparing {
  /** Says what is chosen, with the way to compare it. */
  bar: HTMLElement
  box: (id: string, title: string) => HTMLElement
  choose: (ids: readonly string[]) => void
}

/** What is chosen in the list; `none`: what has the focus when nothing is any more. */
export function makeComparing(none: () => HTMLElement | null): Comparing {
  let chosen: string[] = []
  const bar = h('div', { class: 'comparing', role: 'region', 'aria-label': message('compare.chosen'), hidden: true })
  const clear = h('button', { type: 'button', onclick: () => { choose([]); none()?.focus() } }, message('compare.clear'))

  function choose(ids: readonly string[]): void {
    chosen = ids.slice(0, MOST_COMPARED)
    bar.hidden = !chosen.length
    bar.replaceChildren(chosen.length > 1
      ? h('a', { class: 'button', href: addressOf({ ...readState('', []), compare: chosen }) }, message('compare.show', { count: chosen.length }))
      : h('span', { role: 'status' }, message('compare.one_more')), clear)
    for (const box of document.querySelectorAll<HTMLInputElement>('input[name=compare]')) mark(box)
  }

  function mark(box: HTMLInputElement): void {
    box.checked = chosen.includes(box.value)
    box.disabled = chosen.length >= MOST_COMPARED && !box.checked
  }

  return {
    bar,
    choose,
    box(id, title) {
      const box = h('input', {
        type: 'checkbox', name: 'compare', value: id, 'data-mark': 'compare', 'aria-label': message('compare.choose_this', { title }),
        onchange: () => choose(box.checked ? [...chosen, id] : chosen.filter((one) => one !== id)),
      })
      mark(box)
      return h('label', { class: 'check' }, box, message('compare.choose'))
    },
  }
}

/** `judge`: how one suits who tells of themselves. `missing`: ids that are not of this night, in words. */
export function comparePage(
  compared: readonly Detail[], missing: readonly string[], judge: (id: string) => Judged | null, isAsking: boolean, back: string,
): HTMLElement {
  const heading = h('h1', { tabindex: -1 }, message('compare.title'))
  const toList = h('p', {}, h('a', { href: back }, message('detail.back')))
  const gone = missing.map((words) => h('p', {}, words))
  if (compared.length < 2) return h('article', {}, toList, heading, ...gone, h('p', {}, message('compare.too_few')))
  const ids = compared.map(({ internship }) => internship.internship_id as string)
  const titles = compared.map(({ internship }) => internship.title as string)
  const columns = [message('compare.fact'), ...titles]
  const rows = rowsOf(compared)
  const judged = ids.map(judge)
  const body = h('tbody', {},
    judged.some(Boolean) && tableRow(columns, [message('detail.for_you')], ...judged.map((one): Child[] => one ? judgement(one, isAsking) : [])),
    ...rows.filter(({ values }) => values.some(Boolean)).map(({ label, values }) => {
      const differs = new Set(values.filter(Boolean)).size > 1
      const row = tableRow(columns, [label, ' ', differs && h('span', { class: 'differs' }, message('compare.differs'))],
        ...values.map((value): Child[] => [value ? foreign(value) : h('span', { class: 'quiet' }, message('option.silent'))]))
      if (values.every((value) => value === values[0])) row.dataset.same = ''
      return row
    }))
  const only = h('input', {
    type: 'checkbox', id: 'only-differing',
    onchange: () => { for (const row of body.querySelectorAll<HTMLElement>('[data-same]')) row.hidden = only.checked },
  })
  const silent = rows.filter(({ values, isWeighty }) => isWeighty && !values.some(Boolean)).map(({ label }) => label.toLocaleLowerCase(locale))
  return h('article', { class: 'compare' }, toList, heading, ...gone,
    h('ul', { class: 'compared' }, ...compared.map(({ internship }, at) => h('li', { class: 'card' },
      h('h2', {}, h('a', { href: `#id=${encodeURIComponent(ids[at])}` }, foreign(titles[at], internship.posting_language))),
      h('button', {
        type: 'button', 'aria-label': message('compare.take_out', { title: titles[at] }),
        onclick: () => { location.hash = addressOf({ ...readState('', []), compare: ids.filter((id) => id !== ids[at]) }) },
      }, '×')))),
    h('label', { class: 'check' }, only, message('compare.only_differing')),
    table(message('compare.title'), columns, body),
    silent.length > 0 && h('p', { class: 'quiet' }, message('compare.silent', { facts: listed(silent) })))
}

/** Each fact with what each of them states; '' for nothing. */
function rowsOf(compared: readonly Detail[]): { label: string; values: string[]; isWeighty: boolean }[] {
  const told = compared.map(({ internship }) => facts(internship))
  return [
    { label: message('compare.organization'), values: compared.map(({ internship }) => internship.organization ?? ''), isWeighty: true },
    { label: message('facet.state'), values: compared.map(({ internship }) => word(internship.state)), isWeighty: true },
    { label: message('facet.seen'), values: compared.map(({ internship }) => dayOf(internship.first_seen)), isWeighty: true },
    ...told[0].map(([key], at) => ({
      label: message(`fact.${key}`), values: told.map((all) => all[at][1]), isWeighty: WEIGHTY.includes(key),
    })),
  ]
}
