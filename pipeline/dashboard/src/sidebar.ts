// The filters as a form: made once, then only told what is chosen and what each choice would give, so that focus stays.

import { h } from './dom'
import type { Facet, Option } from './facets'
import type { Chosen, Filters } from './filters'
import { SILENT } from './facets'
import { message } from './messages'
import type { State } from './state'
import { clearFilters } from './state'
import { fold, number } from './words'

/** Options from which on one finds in them; and so many are shown, with those that are chosen: towns go into thousands. */
const MANY = 12
const MOST_SHOWN = 250
/** As in app.css: there the filters have no summary to open them by. */
const WIDE = window.matchMedia('(min-width: 60rem)')
const OPEN = new Set(['to', 'field', 'paid', 'deadline'])

export interface Sidebar {
  element: HTMLElement
  show: (state: State, chosen: Chosen) => void
}

interface Row { item: HTMLLIElement; box: HTMLInputElement; amount: HTMLElement }

/** Stands where the sidebar will, until all internships are read. */
export const sidebarToCome = (): HTMLDetailsElement => h('details', { class: 'sidebar', open: WIDE.matches },
  h('summary', {}, message('filters.summary')), h('p', { class: 'quiet', role: 'status' }, message('filters.loading')))

/** `isOpen`: on a phone, where it is opened by its summary. */
export function makeSidebar(filters: Filters, change: (edit: (state: State) => void) => void, isOpen: boolean): Sidebar {
  const search = h('input', {
    type: 'search', id: 'q', autocomplete: 'off', spellcheck: 'false', placeholder: message('search.placeholder'),
    oninput: () => change((state) => { state.q = search.value }),
  })
  const pay = h('input', {
    type: 'number', id: 'pay', min: 0, step: 50, inputmode: 'numeric',
    oninput: () => change((state) => { state.pay = Math.max(0, Math.floor(Number(pay.value) || 0)) }),
  })
  const groups = filters.facets.map((facet) => makeGroup(facet, change))
  const beforePay = filters.facets.findIndex(({ key }) => key === 'paid')
  const clear = h('button', {
    type: 'button', onclick: () => change(clearFilters),
  }, message('list.clear'))
  const summary = h('summary', {}, message('filters.summary'))
  const form = h('form', { role: 'search', 'aria-label': message('filters.summary'), onsubmit: (event) => event.preventDefault() },
    h('div', { class: 'field' }, h('label', { for: 'q' }, message('search.label')), search),
    ...groups.slice(0, beforePay).map((group) => group.element),
    h('div', { class: 'field' }, h('label', { for: 'pay' }, message('filters.pay')), pay),
    ...groups.slice(beforePay).map((group) => group.element),
    h('p', {}, clear),
  )
  const element = h('details', { class: 'sidebar', open: isOpen }, summary, form)
  WIDE.addEventListener('change', () => {
    if (WIDE.matches) element.open = true
  })
  return {
    element,
    show(state, chosen) {
      if (search.value !== state.q && document.activeElement !== search) search.value = state.q
      const least = state.pay ? String(state.pay) : ''
      if (document.activeElement !== pay) pay.value = least
      groups.forEach((group, at) => group.show(state, chosen.counts[at]))
      const used = Object.values(state.chosen).filter((keys) => keys.length).length + [state.q, state.pay, state.mine].filter(Boolean).length
      summary.textContent = used ? message('filters.summary_set', { count: used }) : message('filters.summary')
      clear.hidden = !used
    },
  }
}

function makeGroup(facet: Facet, change: (edit: (state: State) => void) => void): {
  element: HTMLElement
  show: (state: State, counts: Uint32Array) => void
} {
  const labels = facet.options.map(({ label }) => fold(label))
  const rows = new Map<number, Row>()
  let keys: string[] = []
  let counts: Uint32Array = new Uint32Array()
  let order: number[] | undefined
  let shown = ''
  const row = (at: number): Row => {
    let made = rows.get(at)
    if (!made) rows.set(at, made = makeRow(facet, facet.options[at], change))
    return made
  }
  const isMany = labels.length > MANY
  const list = h('ul', { class: `options ${isMany ? 'long' : ''}` })
  const finder = h('input', {
    type: 'search', class: 'find', 'aria-label': message('filters.find_in', { filter: facet.label }), placeholder: message('filters.find'), autocomplete: 'off',
    oninput: () => draw(),
  })
  const rest = h('p', { class: 'quiet', role: 'status', hidden: true })
  const told = h('span', { class: 'told' })
  const element = h('details', { class: 'facet', open: OPEN.has(facet.key) },
    h('summary', {}, facet.label, ' ', told),
    h('fieldset', {}, h('legend', { class: 'unseen' }, facet.label), isMany && finder, list, rest))

  function draw(): void {
    order ??= orderOf(facet, counts)
    const text = fold(finder.value)
    const found = text ? order.filter((at) => labels[at].includes(text)) : order
    const some = found.slice(0, MOST_SHOWN)
    if (found.length > MOST_SHOWN) some.push(...found.slice(MOST_SHOWN).filter((at) => keys.includes(facet.options[at].key)))
    const now = some.join(' ')
    if (now !== shown) list.replaceChildren(...some.map((at) => row(at).item))
    shown = now
    for (const at of some) {
      const { item, box, amount } = row(at)
      box.checked = keys.includes(facet.options[at].key)
      amount.textContent = number(counts[at])
      item.classList.toggle('none', counts[at] === 0)
    }
    rest.hidden = found.length > 0 && some.length === found.length
    rest.textContent = found.length ? message('filters.more', { count: found.length - some.length }) : message('filters.none_found', { words: finder.value.trim() })
  }

  return {
    element,
    show(state, counts_) {
      keys = state.chosen[facet.key] ?? facet.usual
      counts = counts_
      draw()
      told.textContent = facet.key in state.chosen ? message('filters.chosen', { count: keys.length }) : ''
    },
  }
}

/** The most first, once: options that move under the finger are missed. */
function orderOf(facet: Facet, counts: Uint32Array): number[] {
  const isFixed = facet.optionsOf.length === facet.options.length && facet.codes instanceof Uint8Array
  const order = facet.options.map((_, at) => at)
  if (isFixed || order.length <= 4 || facet.key === 'weeks') return order
  const isSilent = (at: number): number => Number(facet.options[at].key === SILENT)
  return order.sort((one, other) => isSilent(one) - isSilent(other) || counts[other] - counts[one])
}

function makeRow(facet: Facet, option: Option, change: (edit: (state: State) => void) => void): Row {
  const amount = h('span', { class: 'amount' })
  const box = h('input', {
    type: 'checkbox', name: facet.key, value: option.key,
    onchange: () => change((state) => {
      const keys = new Set(state.chosen[facet.key] ?? facet.usual)
      if (box.checked) keys.add(option.key)
      else keys.delete(option.key)
      state.chosen[facet.key] = sameKeys(keys, facet.usual) ? [] : [...keys]
      if (!state.chosen[facet.key].length) delete state.chosen[facet.key]
    }),
  })
  return { item: h('li', {}, h('label', {}, box, h('span', { dir: 'auto' }, option.label), amount)), box, amount }
}

const sameKeys = (keys: Set<string>, usual: string[]): boolean => keys.size === usual.length && usual.every((one) => keys.has(one))
