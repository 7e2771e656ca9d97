// The first question: where are you from, where do you live? And what else one may tell of oneself, so that the list is ranked:
// a form of plain controls, from the profile to the controls and back.

import type { Contents } from './data'
import type { Child } from './dom'
import { h, save } from './dom'
import { message } from './messages'
import type { Profile } from './profile'
import { isTold, LEVELS, parseProfile, told } from './profile'
import type { State } from './state'
import { clauses, conjoined, country, language, level as levelName, listed } from './words'

const NEEDS = ['paid', 'visa', 'housing'] as const
const CEFR = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'native']

export interface Person {
  element: HTMLElement
  show: (state: State, profile: Profile) => void
}

interface Option { code: string; name: string }

const control = (id: string, label: string, input: HTMLElement): HTMLElement =>
  h('div', { class: 'field' }, h('label', { for: id }, label), input)

const group = (name: string, ...children: Child[]): HTMLElement =>
  h('fieldset', { class: 'group' }, h('legend', {}, name), h('div', { class: 'fields' }, ...children))

/** So many of the same control; one more is shown than is filled. */
interface Slots { elements: HTMLElement[]; read: () => string[]; write: (values: string[]) => void }

export function makePerson(
  contents: Contents, isRemembered: boolean, tell: (profile: Profile, remember: boolean) => void,
  change: (edit: (state: State) => void) => void,
): Person {
  const byName = (one: Option, other: Option): number => one.name.localeCompare(other.name)
  const countries = Object.keys(contents.countries).map((code) => ({ code, name: country(code) })).sort(byName)
  const languages = Object.keys(contents.languages).map((code) => ({ code, name: language(code) })).sort(byName)
  const say = (): void => tell(read(), remember.checked)

  const select = (id: string, none: string, options: Option[]): HTMLSelectElement => h('select', { id, onchange: say },
    h('option', { value: '' }, none), ...options.map(({ code, name }) => h('option', { value: code }, name)))
  const input = (id: string, type: string, settings: Record<string, string | number> = {}): HTMLInputElement =>
    h('input', { id, type, ...settings, onchange: say })
  const slots = (many: number, make: (nth: number) => { element: HTMLElement; control: HTMLSelectElement }): Slots => {
    const made = Array.from({ length: many }, (_, nth) => make(nth))
    return {
      elements: made.map(({ element }) => element),
      read: () => made.map((one) => one.control.value).filter(Boolean),
      write(values) {
        made.forEach((one, nth) => {
          one.control.value = values[nth] ?? ''
          one.element.hidden = nth > values.length
        })
      },
    }
  }
  const selects = (many: number, id: string, label: string, none: string, options: () => Child[]): Slots => slots(many, (nth) => {
    const made = h('select', { id: `${id}-${nth + 1}`, onchange: say }, h('option', { value: '' }, none), ...options())
    return { element: control(made.id, nth ? message('person.nth', { label, nth: nth + 1 }) : label, made), control: made }
  })
  const each = (options: Option[]) => (): Child[] => options.map(({ code, name }) => h('option', { value: code }, name))
  const fieldOptions = (): Child[] => Object.entries(contents.fields).filter(([code]) => code.length === 2).map(([broad, name]) =>
    h('optgroup', { label: name }, h('option', { value: broad }, message('person.all_of_field', { field: name })),
      ...Object.entries(contents.fields).filter(([code, other]) => code.length === 4 && code.startsWith(broad) && other !== name)
        .map(([code, other]) => h('option', { value: code }, other))))

  const first = select('citizenship', message('person.not_said'), countries)
  const second = select('second-citizenship', message('person.none'), countries)
  const residence = select('residence', message('person.not_said'), countries)
  const level = select('level', message('person.not_stated'), LEVELS.map((code) => ({ code, name: levelName(code) })))
  const year = input('year', 'number', { min: 1, max: 10, inputmode: 'numeric' })
  const enrolled = select('enrolled', message('person.not_stated'), [{ code: 'yes', name: message('person.yes') }, { code: 'no', name: message('person.graduated') }])
  const studies = selects(2, 'study', message('person.study'), message('person.not_stated'), fieldOptions)
  const skills: HTMLSelectElement[] = []
  const tongues = slots(5, (nth) => {
    const spoken = h('select', { id: `language-${nth + 1}`, onchange: say }, h('option', { value: '' }, nth ? message('person.none') : message('person.not_stated')), ...each(languages)())
    const skill = h('select', { 'aria-label': message('person.skill', { nth: nth + 1 }), onchange: say }, h('option', { value: '' }, message('person.skill_none')),
      ...CEFR.map((one) => h('option', { value: one }, one === 'native' ? message('person.native') : one)))
    skills.push(skill)
    return { element: control(spoken.id, message('person.language', { nth: nth + 1 }), h('div', { class: 'pair' }, spoken, skill)), control: spoken }
  })
  const from = input('free-from', 'date')
  const to = input('free-to', 'date')
  const least = input('least-weeks', 'number', { min: 1, inputmode: 'numeric' })
  const most = input('most-weeks', 'number', { min: 1, inputmode: 'numeric' })
  const needs = NEEDS.map((key) => ({ key, name: message(`need.${key}`), box: h('input', { type: 'checkbox', id: `need-${key}`, onchange: say }) }))
  const wished = selects(4, 'wish', message('person.wish'), message('person.any'), each(countries))
  const fields = selects(3, 'other-field', message('person.other_field'), message('person.none'), fieldOptions)
  const remote = select('remote', message('person.remote_both'), [{ code: 'yes', name: message('person.remote_only') }, { code: 'no', name: message('person.remote_not') }])
  const words = input('wish-words', 'text', { autocomplete: 'off', placeholder: message('person.words_example') })
  const remember = h('input', { type: 'checkbox', id: 'remember', checked: isRemembered, onchange: say })
  const wrong = h('p', { role: 'alert', class: 'bad' })

  const answer = (control_: HTMLSelectElement): boolean | null => control_.value ? control_.value === 'yes' : null
  const whole = (control_: HTMLInputElement): number => Math.max(0, Math.floor(Number(control_.value) || 0))
  function read(): Profile {
    const isBackward = from.value !== '' && to.value !== '' && from.value > to.value
    const isTooShort = whole(most) > 0 && whole(least) > whole(most)
    wrong.textContent = [isBackward && message('person.backward'), isTooShort && message('person.too_short')].filter(Boolean).join(' ')
    const spoken = tongues.elements.map((_, nth) => nth).filter((nth) => tongueAt(nth))
    return {
      passports: [...new Set([first.value, second.value].filter(Boolean))], residence: residence.value,
      studies: studies.read(), level: level.value, year: whole(year), enrolled: answer(enrolled),
      languages: spoken.map((nth) => ({ language: tongueAt(nth), cefr: skills[nth].value })),
      available: { from: from.value, to: isBackward ? '' : to.value },
      weeks: { least: isTooShort ? 0 : whole(least), most: whole(most) },
      needs: needs.filter(({ box }) => box.checked).map(({ key }) => key),
      wishes: { countries: wished.read(), fields: fields.read(), remote: answer(remote), words: words.value.trim() },
    }
  }
  const tongueAt = (nth: number): string => (tongues.elements[nth].querySelector('select') as HTMLSelectElement).value

  function write(profile: Profile): void {
    const choice = (value: boolean | null): string => value === null ? '' : value ? 'yes' : 'no'
    const set = (control_: HTMLInputElement, value: string | number): void => {
      if (document.activeElement !== control_ && !wrong.textContent) control_.value = value ? String(value) : ''
    }
    first.value = profile.passports[0] ?? ''
    second.value = profile.passports[1] ?? ''
    residence.value = profile.residence
    level.value = profile.level
    set(year, profile.year)
    enrolled.value = choice(profile.enrolled)
    studies.write(profile.studies)
    tongues.write(profile.languages.map((one) => one.language))
    skills.forEach((skill, nth) => { skill.value = profile.languages[nth]?.cefr ?? '' })
    set(from, profile.available.from)
    set(to, profile.available.to)
    set(least, profile.weeks.least)
    set(most, profile.weeks.most)
    needs.forEach(({ key, box }) => { box.checked = profile.needs.includes(key) })
    wished.write(profile.wishes.countries)
    fields.write(profile.wishes.fields)
    remote.value = choice(profile.wishes.remote)
    set(words, profile.wishes.words)
  }

  const mine = h('input', { type: 'checkbox', id: 'mine', onchange: () => change((state) => { state.any = !mine.checked }) })
  const forget = h('button', { type: 'button', onclick: () => {
    form.reset()
    remember.checked = false
    loaded.textContent = ''
    say()
    summary.focus() // the button is gone
  } }, message('person.forget'))
  /** On a phone the list is far below all that one may tell. */
  const see = h('button', { type: 'button', onclick: () => {
    element.open = false
    document.querySelector<HTMLElement>('main h1')?.focus()
  } }, message('person.see'))
  const file = h('button', { type: 'button', onclick: () => save('profile.json', [told(read())], 'application/json') }, message('person.save'))
  const loaded = h('p', { role: 'status', class: 'quiet' })
  const chooser = h('input', { type: 'file', id: 'profile-file', accept: '.json,application/json', onchange: () => void load() })
  async function load(): Promise<void> {
    const [given] = chooser.files ?? []
    if (!given) return
    const profile = parseProfile(await given.text())
    chooser.value = ''
    loaded.textContent = message(isTold(profile) ? 'person.loaded' : 'person.not_loaded', { file: given.name })
    if (isTold(profile)) tell(profile, remember.checked)
  }
  const summary = h('summary', {})
  const more = h('details', { class: 'more' }, h('summary', {}, message('person.more')),
    group(message('person.studies'), control('level', message('person.level'), level), control('year', message('person.year'), year),
      control('enrolled', message('person.enrolled'), enrolled), ...studies.elements),
    group(message('person.languages'), ...tongues.elements),
    group(message('person.time'), control('free-from', message('person.from'), from), control('free-to', message('person.to'), to),
      control('least-weeks', message('person.least_weeks'), least), control('most-weeks', message('person.most_weeks'), most), wrong),
    group(message('person.needs'), ...needs.map(({ box, name }) => h('label', { class: 'check' }, box, h('span', {}, name)))),
    group(message('person.wishes'), ...wished.elements, ...fields.elements, control('remote', message('person.remote'), remote),
      control('wish-words', message('person.words'), words)),
    h('p', { class: 'quiet' }, message('person.points')))
  const answers = h('div', { class: 'mine' },
    h('label', { class: 'check' }, mine, h('span', {}, message('person.mine'))),
    h('span', {}, see, file, forget))
  const form = h('form', { 'aria-label': message('person.question'), onsubmit: (event) => event.preventDefault() },
    h('div', { class: 'fields' }, control('citizenship', message('person.citizenship'), first),
      control('second-citizenship', message('person.second_citizenship'), second),
      control('residence', message('person.residence'), residence)),
    more,
    control('profile-file', message('person.load'), chooser), loaded,
    h('label', { class: 'check' }, remember, h('span', {}, message('person.remember'))),
    h('p', { class: 'quiet' }, message('person.privacy')))
  const element = h('details', { class: 'person' }, summary, form, answers)
  let isFirst = true
  return {
    element,
    show(state, profile) {
      write(profile)
      const isKnown = isTold(profile)
      const who = [
        profile.passports.length ? message('person.citizen', { countries: conjoined(profile.passports.map(country)) }) : '',
        profile.residence ? message('person.living', { country: country(profile.residence) }) : '',
      ].filter(Boolean)
      const means = message(state.any ? 'person.shows_all' : profile.residence ? 'person.shows_possible_abroad' : 'person.shows_possible')
      const what = clauses([...(who.length ? [listed(who)] : []), means])
      summary.textContent = isKnown ? message('person.you', { what }) : message('person.question')
      answers.hidden = !isKnown
      mine.checked = !state.any
      if (isFirst) {
        element.open = !isKnown && window.matchMedia('(min-width: 60rem)').matches // on a phone an opening comes first
        more.open = isKnown && !!(profile.studies.length || profile.languages.length || profile.needs.length)
      }
      isFirst = false
    },
  }
}
