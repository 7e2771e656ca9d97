// What a search was understood to mean, as chips that can be taken back: the words then stand in quotation marks.

import type { Contents } from './data'
import type { Child } from './dom'
import { h } from './dom'
import type { Understood } from './search'
import type { State } from './state'
import { quoted } from './terms'
import { country, few, word } from './words'

const FACETS: Record<string, string> = {
  country: 'country', town: 'town', field: 'field of study', occupation: 'occupation', pay_status: 'pay', visa_support: 'help with a visa',
  work_mode: 'where the work is done',
}

export interface UnderstoodChips { element: HTMLElement; show: (understood: Understood[]) => void }

export function makeUnderstood(contents: Contents, change: (edit: (state: State) => void) => void): UnderstoodChips {
  const element = h('div', { class: 'understood', hidden: true })
  return {
    element,
    show(understood) {
      element.hidden = understood.length === 0
      element.replaceChildren(...(understood.length ? [h('p', { class: 'quiet' }, 'Understood:'), h('ul', { class: 'chips' },
        ...understood.map((one) => h('li', {}, meaning(one, contents), ' ', h('button', {
          type: 'button', 'aria-label': `Take “${one.unit.said}” as it stands`,
          onclick: () => change((state) => { state.q = quoted(state.q, one.unit.said) }),
        }, '×')))), ] : []))
    },
  }
}

function meaning({ unit, slips }: Understood, contents: Contents): Child {
  const { facet, said, values } = unit
  if (!facet) return `${said} → ${few(slips, 3)}`
  const names = facet === 'country' ? values.map(country) : facet === 'field' ? values.map((code) => contents.fields[code] ?? code)
    : facet === 'town' ? values : facet === 'occupation' ? [] : values.map(word)
  const same = names.length === 1 && names[0].toLowerCase() === said
  return `${said} → ${names.length && !same ? `${few(names, 3)} (${FACETS[facet]})` : FACETS[facet]}`
}
