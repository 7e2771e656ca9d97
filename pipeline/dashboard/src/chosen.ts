// What is chosen, as chips that can be taken away one by one; and what is left out for who told of themselves, with the way to it.

import { h } from './dom'
import type { Facet } from './facets'
import type { Chosen } from './filters'
import type { State } from './state'
import type { Judged } from './suits'
import { number } from './words'

/** Rows that are judged to say why they are left out; of more only their number is told. */
const MOST_JUDGED = 200

const WHY: Record<string, string> = {
  nationality: 'your passport is not accepted', residence: 'you live elsewhere than asked', enrolment: 'enrolment does not fit',
  language: 'a required language is missing', dates: 'the dates do not fit',
}

export interface ChosenChips {
  element: HTMLElement
  show: (state: State, chosen: Chosen, judge: ((row: number) => Judged) | null) => void
}

export function makeChosen(facets: Facet[], change: (edit: (state: State) => void) => void): ChosenChips {
  const chips = h('ul', { class: 'chips', 'aria-label': 'Filters that are set' })
  const hidden = h('div', { class: 'hidden-ones' })
  const chip = (label: string, take: (state: State) => void): HTMLElement => h('li', {}, label, ' ', h('button', {
    type: 'button', 'aria-label': `Take away: ${label}`, onclick: () => change(take),
  }, '×'))
  return {
    element: h('div', { class: 'chosen' }, chips, hidden),
    show(state, chosen, judge) {
      const parts: HTMLElement[] = facets.flatMap((facet) => (state.chosen[facet.key] ?? []).map((key) => {
        const label = facet.options.find((option) => option.key === key)?.label ?? key
        return chip(`${facet.label}: ${label}`, (edited) => {
          const keys = (edited.chosen[facet.key] ?? []).filter((one) => one !== key)
          if (keys.length) edited.chosen[facet.key] = keys
          else delete edited.chosen[facet.key]
        })
      }))
      if (state.pay) parts.push(chip(`at least €${number(state.pay)} a month`, (edited) => { edited.pay = 0 }))
      if (state.q && state.every) parts.push(chip('only with all of your words', (edited) => { edited.every = false }))
      chips.replaceChildren(...parts)
      chips.hidden = parts.length === 0
      const reasons = leftOut(chosen.hidden, judge)
      hidden.replaceChildren()
      if (!reasons.length) return
      const all = chosen.hidden.ruledOut.length + chosen.hidden.notAbroad
      const lines = [...reasons.map((words) => h('p', { class: 'quiet' }, words)),
        h('p', {}, h('button', { type: 'button', onclick: () => change((edited) => { edited.any = true }) }, 'Show them, too'))]
      // several reasons would push the first opening off a phone's screen
      if (reasons.length === 1) hidden.append(...lines)
      else hidden.append(h('details', {}, h('summary', {}, `${number(all)} hidden for you`), ...lines))
    },
  }
}

/** How many are left out, and why. */
function leftOut({ ruledOut, notAbroad }: Chosen['hidden'], judge: ((row: number) => Judged) | null): string[] {
  const words: string[] = []
  if (ruledOut.length && ruledOut.length <= MOST_JUDGED && judge) {
    const reasons = new Map<string, number>()
    for (const row of ruledOut) {
      const [reason] = judge(row).excludedBy[0].split(':')
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    }
    for (const [reason, amount] of reasons) words.push(`${number(amount)} hidden because ${WHY[reason] ?? reason}.`)
  } else if (ruledOut.length) words.push(`${number(ruledOut.length)} hidden because of what you told of yourself.`)
  if (notAbroad) words.push(`${number(notAbroad)} hidden because not abroad for you.`)
  return words
}
