// What a search was understood to mean, as chips that can be taken back: the words then stand in quotation marks.

import type { Child } from './dom'
import { h } from './dom'
import type { Understood } from './search'
import type { State } from './state'
import { asTyped, quoted } from './terms'
import { message, named } from './messages'
import { country, few, field, fold, listed, occupation, word } from './words'

/** `nowhere`: words that no open internship has, while others were found. */
export interface UnderstoodChips { element: HTMLElement; show: (understood: Understood[], nowhere: string[], text: string) => void }

export function makeUnderstood(change: (edit: (state: State) => void) => void): UnderstoodChips {
  const element = h('div', { class: 'understood', hidden: true })
  return {
    element,
    show(understood, nowhere, text) {
      element.hidden = understood.length + nowhere.length === 0
      const chips = understood.map((one) => h('li', {}, meaning(one, text), ' ', h('button', {
        type: 'button', 'aria-label': message('understood.take', { said: asTyped(text, one.unit.said) }),
        onclick: () => change((state) => { state.q = quoted(state.q, one.unit.said) }),
      }, '×')))
      const missing = listed(nowhere.map((said) => asTyped(text, said)))
      element.replaceChildren(
        ...(chips.length ? [h('p', { class: 'quiet' }, message('understood.label')), h('ul', { class: 'chips' }, ...chips)] : []),
        ...(missing ? [h('p', { class: 'quiet nowhere' }, message('understood.nowhere', { words: missing }))] : []))
    },
  }
}

/** How values of a facet are called; those of others are words of a vocabulary. */
const NAME_OF: Record<string, (code: string) => string> = { country, field, occupation }

function meaning({ unit, takenFor }: Understood, text: string): Child {
  const { facet, values } = unit
  const said = asTyped(text, unit.said)
  if (!facet) return message('understood.said', { said, meaning: few(takenFor, 3) })
  const names = facet === 'organization' ? takenFor : facet === 'town' ? values : [...new Set(values.map(NAME_OF[facet] ?? word))]
  const same = names.length === 1 && fold(names[0]) === unit.said
  const filter = named(`understood.${facet}`) ?? word(facet)
  return message('understood.said', { said, meaning: names.length && !same ? message('understood.meaning', { names: few(names, 3), filter }) : filter })
}
