// The filters as a form: made once, then only told what is chosen and what each choice would give, so that focus stays.

import { h } from './dom'
import type { Facet } from './facets'
import type { Chosen, Filters } from './filters'
import { SILENT } from './facets'
import { message } from './messages'
import type { State } from './state'
import { clearFilters } from './state'
import { fold, number } from './words'

const MANY = 12
/** As in app.css: there the filters have no summary to open them by. */
const WIDE = window.matchMedia('(min-width: 60rem)')
const OPEN = new Set(['to', 'field', 'paid', 'deadline'])

export interface Sidebar {
  element: HTMLElement
  show: (state: State, chosen: Chosen) => void
}

interface Row { key: string; item: HTMLLIElement; box: HTMLInputElement; amount: HTMLElement; label: string }

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
  const clear = h('button', {
    type: 'button', onclick: () => change(clearFilters),
  }, message('list.clear'))
  const summary = h('summary', {}, message('filters.summary'))
  const form = h('form', { role: 'search', 'aria-label': message('filters.summary'), onsubmit: (event) => event.preventDefault() },
    h('div', { class: 'field' }, h('label', { for: 'q' }, message('search.label')), search),
    ...groups.slice(0, 3).map((group) => group.element),
    h('div', { class: 'field' }, h('label', { for: 'pay' }, message('filters.pay')), pay),
    ...groups.slice(3).map((group) => group.element),
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
  const rows: Row[] = facet.options.map((option) => {
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
    const item = h('li', {}, h('label', {}, box, h('span', {}, option.label), amount))
    return { key: option.key, item, box, amount, label: fold(option.label) }
  })
  const list = h('ul', { class: `options ${rows.length > MANY ? 'long' : ''}` })
  const finder = rows.length > MANY && h('input', {
    type: 'search', class: 'find', 'aria-label': message('filters.find_in', { filter: facet.label }), placeholder: message('filters.find'), autocomplete: 'off',
    oninput: (event) => {
      const text = fold((event.target as HTMLInputElement).value)
      for (const row of rows) row.item.hidden = !row.label.includes(text)
    },
  })
  const told = h('span', { class: 'told' })
  const element = h('details', { class: 'facet', open: OPEN.has(facet.key) },
    h('summary', {}, facet.label, ' ', told),
    h('fieldset', {}, h('legend', { class: 'unseen' }, facet.label), finder, list))
  let isOrdered = false
  return {
    element,
    show(state, counts) {
      const keys = state.chosen[facet.key] ?? facet.usual
      if (!isOrdered) {
        // the most first, once: options that move under the finger are missed
        const isFixed = facet.optionsOf.length === facet.options.length && facet.codes instanceof Uint8Array
        const order = rows.map((_, at) => at)
        if (!isFixed && rows.length > 4 && facet.key !== 'weeks') {
          order.sort((one, other) => Number(rows[one].key === SILENT) - Number(rows[other].key === SILENT) || counts[other] - counts[one])
        }
        list.append(...order.map((at) => rows[at].item))
        isOrdered = true
      }
      rows.forEach((row, at) => {
        row.box.checked = keys.includes(row.key)
        row.amount.textContent = number(counts[at])
        row.item.classList.toggle('none', counts[at] === 0)
      })
      const chosen = rows.filter((row) => row.box.checked).length
      told.textContent = chosen && facet.key in state.chosen ? message('filters.chosen', { count: chosen }) : ''
    },
  }
}

const sameKeys = (keys: Set<string>, usual: string[]): boolean => keys.size === usual.length && usual.every((one) => keys.has(one))
