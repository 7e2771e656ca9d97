// The first question: where are you from, where do you live?

import { h } from './dom'
import type { Profile } from './profile'
import type { State } from './state'
import { country } from './words'

export interface Person {
  element: HTMLElement
  show: (state: State, profile: Profile) => void
}

export function makePerson(
  codes: string[], told: (profile: Profile) => void, change: (edit: (state: State) => void) => void,
): Person {
  const names = codes.map((code) => ({ code, name: country(code) })).sort((one, other) => one.name.localeCompare(other.name))
  const select = (id: string, none: string): HTMLSelectElement => h('select', { id, onchange: () => told(read()) },
    h('option', { value: '' }, none), ...names.map(({ code, name }) => h('option', { value: code }, name)))
  const first = select('citizenship', 'prefer not to say')
  const second = select('second-citizenship', 'none')
  const residence = select('residence', 'prefer not to say')
  const read = (): Profile => ({
    citizenships: [first.value, second.value].filter(Boolean), residence: residence.value,
  })
  const mine = h('input', { type: 'checkbox', id: 'mine', onchange: () => change((state) => { state.any = !mine.checked }) })
  const forget = h('button', { type: 'button', onclick: () => told({ citizenships: [], residence: '' }) }, 'Forget')
  const summary = h('summary', {})
  const answers = h('p', { class: 'mine' },
    h('label', {}, mine, h('span', {}, 'Only internships that are abroad for me and do not exclude me')), forget)
  const element = h('details', { class: 'person' }, summary,
    h('form', { 'aria-label': 'Where are you from, where do you live?', onsubmit: (event) => event.preventDefault() },
      h('div', { class: 'field' }, h('label', { for: 'citizenship' }, 'Citizenship'), first),
      h('div', { class: 'field' }, h('label', { for: 'second-citizenship' }, 'Second citizenship'), second),
      h('div', { class: 'field' }, h('label', { for: 'residence' }, 'You live in'), residence),
      h('p', { class: 'quiet' }, 'Kept in this browser only; no address or link carries it.')),
    answers)
  let isFirst = true
  return {
    element,
    show(state, profile) {
      first.value = profile.citizenships[0] ?? ''
      second.value = profile.citizenships[1] ?? ''
      residence.value = profile.residence
      const isKnown = profile.citizenships.length > 0 || profile.residence !== ''
      const parts = [
        profile.citizenships.length ? `citizen of ${profile.citizenships.map(country).join(' and ')}` : '',
        profile.residence ? `living in ${country(profile.residence)}` : '',
      ].filter(Boolean)
      const means = state.any ? 'everything is shown' : 'shown is what is abroad for you and does not exclude you'
      summary.textContent = isKnown ? `You: ${parts.join(', ')}; ${means}` : 'Where are you from, where do you live?'
      answers.hidden = !isKnown
      mine.checked = !state.any
      if (isFirst) element.open = !isKnown
      isFirst = false
    },
  }
}
