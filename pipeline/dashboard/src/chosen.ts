// What is chosen, as chips that can be taken away one by one; and what is left out for who told of themselves, with the way to it.

import { h } from './dom'
import type { Facet } from './facets'
import type { Chosen } from './filters'
import type { State } from './state'
import type { Judged, Why } from './suits'
import { message } from './messages'
import { euro } from './words'

/** Rows that are judged to say why they are left out; of more only their number is told. */
const MOST_JUDGED = 200

export interface ChosenChips {
  element: HTMLElement
  show: (state: State, chosen: Chosen, judge: ((row: number) => Judged) | null) => void
}

export function makeChosen(facets: Facet[], change: (edit: (state: State) => void) => void): ChosenChips {
  const chips = h('ul', { class: 'chips', 'aria-label': message('chosen.label') })
  const hidden = h('div', { class: 'hidden-ones' })
  const chip = (label: string, take: (state: State) => void): HTMLElement => h('li', {}, label, ' ', h('button', {
    type: 'button', 'aria-label': message('chosen.take', { filter: label }), onclick: () => change(take),
  }, '×'))
  return {
    element: h('div', { class: 'chosen' }, chips, hidden),
    show(state, chosen, judge) {
      const parts: HTMLElement[] = facets.flatMap((facet) => (state.chosen[facet.key] ?? []).map((key) => {
        const label = facet.options.find((option) => option.key === key)?.label ?? key
        return chip(message('chosen.chip', { filter: facet.label, option: label }), (edited) => {
          const keys = (edited.chosen[facet.key] ?? []).filter((one) => one !== key)
          if (keys.length) edited.chosen[facet.key] = keys
          else delete edited.chosen[facet.key]
        })
      }))
      if (state.mine) parts.push(chip(message(`mine.${state.mine}`), (edited) => { edited.mine = '' }))
      if (state.pay) parts.push(chip(message('chosen.pay', { pay: euro(state.pay) }), (edited) => { edited.pay = 0 }))
      if (state.q && state.every) parts.push(chip(message('chosen.every'), (edited) => { edited.every = false }))
      chips.replaceChildren(...parts)
      chips.hidden = parts.length === 0
      const reasons = leftOut(chosen.hidden, judge)
      hidden.replaceChildren()
      if (!reasons.length) return
      const all = chosen.hidden.ruledOut.length + chosen.hidden.notAbroad
      const lines = [...reasons.map((words) => h('p', { class: 'quiet' }, words)),
        h('p', {}, h('button', { type: 'button', onclick: () => change((edited) => { edited.any = true }) }, message('hidden.show')))]
      // several reasons would push the first opening off a phone's screen
      if (reasons.length === 1) hidden.append(...lines)
      else hidden.append(h('details', {}, h('summary', {}, message('hidden.summary', { count: all })), ...lines))
    },
  }
}

/** How many are left out, and why. */
function leftOut({ ruledOut, notAbroad }: Chosen['hidden'], judge: ((row: number) => Judged) | null): string[] {
  const words: string[] = []
  if (ruledOut.length && ruledOut.length <= MOST_JUDGED && judge) {
    const reasons = new Map<Why, number>()
    for (const row of ruledOut) {
      const [reason] = judge(row).ruledOutBy
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
    for (const [reason, count] of reasons) words.push(message(`hidden.${reason}`, { count }))
  } else if (ruledOut.length) words.push(message('hidden.told', { count: ruledOut.length }))
  if (notAbroad) words.push(message('hidden.not_abroad', { count: notAbroad }))
  return words
}
