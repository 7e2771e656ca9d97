// The first question: where are you from, where do you live? And what else one may tell of oneself, so that the list is ranked:
// a form of plain controls, from the profile to the controls and back.

import type { Contents } from './data'
import type { Child } from './dom'
import { h, save } from './dom'
import type { Profile } from './profile'
import { isTold, parseProfile, told } from './profile'
import type { State } from './state'
import { LEVELS } from './suits'
import { country, language } from './words'

const NEEDS: Record<string, string> = { paid: 'pay', visa: 'help with a visa', housing: 'help with housing' }
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
    return { element: control(made.id, nth ? `${label}, no. ${nth + 1}` : label, made), control: made }
  })
  const listed = (options: Option[]) => (): Child[] => options.map(({ code, name }) => h('option', { value: code }, name))
  const fieldOptions = (): Child[] => Object.entries(contents.fields).filter(([code]) => code.length === 2).map(([broad, name]) =>
    h('optgroup', { label: name }, h('option', { value: broad }, `${name} (all)`),
      ...Object.entries(contents.fields).filter(([code, other]) => code.length === 4 && code.startsWith(broad) && other !== name)
        .map(([code, other]) => h('option', { value: code }, other))))

  const first = select('citizenship', 'prefer not to say', countries)
  const second = select('second-citizenship', 'none', countries)
  const residence = select('residence', 'prefer not to say', countries)
  const level = select('level', 'not stated', Object.entries(LEVELS).map(([code, name]) => ({ code, name })))
  const year = input('year', 'number', { min: 1, max: 10, inputmode: 'numeric' })
  const enrolled = select('enrolled', 'not stated', [{ code: 'yes', name: 'yes' }, { code: 'no', name: 'no, I have graduated' }])
  const studies = selects(2, 'study', 'What you study', 'not stated', fieldOptions)
  const skills: HTMLSelectElement[] = []
  const tongues = slots(5, (nth) => {
    const spoken = h('select', { id: `language-${nth + 1}`, onchange: say }, h('option', { value: '' }, nth ? 'none' : 'not stated'), ...listed(languages)())
    const skill = h('select', { 'aria-label': `How well, language ${nth + 1}`, onchange: say }, h('option', { value: '' }, 'level?'),
      ...CEFR.map((one) => h('option', { value: one }, one)))
    skills.push(skill)
    return { element: control(spoken.id, `Language ${nth + 1}`, h('div', { class: 'pair' }, spoken, skill)), control: spoken }
  })
  const from = input('free-from', 'date')
  const to = input('free-to', 'date')
  const least = input('least-weeks', 'number', { min: 1, inputmode: 'numeric' })
  const most = input('most-weeks', 'number', { min: 1, inputmode: 'numeric' })
  const needs = Object.entries(NEEDS).map(([key, name]) => ({ key, name, box: h('input', { type: 'checkbox', id: `need-${key}`, onchange: say }) }))
  const wished = selects(4, 'wish', 'A country you wish for', 'any', listed(countries))
  const fields = selects(3, 'other-field', 'A field beside your studies', 'none', fieldOptions)
  const remote = select('remote', 'both are fine', [{ code: 'yes', name: 'remote only' }, { code: 'no', name: 'no remote work' }])
  const words = input('wish-words', 'text', { autocomplete: 'off', placeholder: 'data, satellites …' })
  const remember = h('input', { type: 'checkbox', id: 'remember', checked: isRemembered, onchange: say })
  const wrong = h('p', { role: 'alert', class: 'bad' })

  const answer = (control_: HTMLSelectElement): boolean | null => control_.value ? control_.value === 'yes' : null
  const whole = (control_: HTMLInputElement): number => Math.max(0, Math.floor(Number(control_.value) || 0))
  function read(): Profile {
    const isBackward = from.value !== '' && to.value !== '' && from.value > to.value
    const isTooShort = whole(most) > 0 && whole(least) > whole(most)
    wrong.textContent = [isBackward && 'The last day lies before the first.', isTooShort && 'The least weeks are more than the most.'].filter(Boolean).join(' ')
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
    say()
  } }, 'Forget me')
  const file = h('button', { type: 'button', onclick: () => save('profile.json', [told(read())], 'application/json') }, 'Save as a file')
  const loaded = h('p', { role: 'status', class: 'quiet' })
  const chooser = h('input', { type: 'file', id: 'profile-file', accept: '.json,application/json', onchange: () => void load() })
  async function load(): Promise<void> {
    const [given] = chooser.files ?? []
    if (!given) return
    const profile = parseProfile(await given.text())
    chooser.value = ''
    loaded.textContent = isTold(profile) ? `Loaded from ${given.name}.` : `${given.name} is no profile as this page saves it.`
    if (isTold(profile)) tell(profile, remember.checked)
  }
  const summary = h('summary', {})
  const more = h('details', { class: 'more' }, h('summary', {}, 'Have the list ranked: studies, languages, dates, needs, wishes'),
    group('Studies', control('level', 'Level you study for or have', level), control('year', 'Year of study', year),
      control('enrolled', 'Enrolled as a student', enrolled), ...studies.elements),
    group('Languages', ...tongues.elements),
    group('Time', control('free-from', 'Free from', from), control('free-to', 'Free until', to),
      control('least-weeks', 'Weeks at least', least), control('most-weeks', 'Weeks at most', most), wrong),
    group('You need', ...needs.map(({ box, name }) => h('label', { class: 'check' }, box, h('span', {}, name)))),
    group('You wish for', ...wished.elements, ...fields.elements, control('remote', 'Remote work', remote),
      control('wish-words', 'Words it should speak of', words)),
    h('p', { class: 'quiet' }, 'A need and the field of study count 3 points, a wish 2, other facts 1; what speaks against it is taken off, '
      + 'what nobody says counts nothing. What you leave out is not asked.'))
  const answers = h('div', { class: 'mine' },
    h('label', { class: 'check' }, mine, h('span', {}, 'Only internships that are abroad for me and that nothing rules out')),
    h('span', {}, file, ' ', forget))
  const form = h('form', { 'aria-label': 'Where are you from, where do you live?', onsubmit: (event) => event.preventDefault() },
    h('div', { class: 'fields' }, control('citizenship', 'Citizenship', first),
      control('second-citizenship', 'Second citizenship', second), control('residence', 'You live in', residence)),
    more,
    control('profile-file', 'Or load the file that you saved', chooser), loaded,
    h('label', { class: 'check' }, remember, h('span', {}, 'Remember this in this browser')),
    h('p', { class: 'quiet' }, 'Else it is forgotten with this tab. No address, link or server gets it.'))
  const element = h('details', { class: 'person' }, summary, form, answers)
  let isFirst = true
  return {
    element,
    show(state, profile) {
      write(profile)
      const isKnown = isTold(profile)
      const who = [
        profile.passports.length ? `citizen of ${profile.passports.map(country).join(' and ')}` : '',
        profile.residence ? `living in ${country(profile.residence)}` : '',
      ].filter(Boolean).join(', ')
      const means = state.any ? 'everything is shown' : `shown is what ${profile.residence ? 'is abroad for you and ' : ''}nothing rules out`
      summary.textContent = isKnown ? `You: ${who ? `${who}; ` : ''}${means}` : 'Where are you from, where do you live?'
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
