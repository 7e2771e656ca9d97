// What somebody comes back for: what is new, what closes of the starred; their marks as filters, and as a file. And the controls
// by which one internship is marked.

import type { Child } from './dom'
import { foreign, h, save } from './dom'
import type { Internships } from './internships'
import { NONE } from './internships'
import type { Mark, MarkName, Marks } from './marks'
import { MARKS } from './marks'
import { message } from './messages'
import type { State } from './state'
import { day, today } from './words'

const CLOSES_SOON = 7

export interface Mine {
  element: HTMLDetailsElement
  /** What is new and what closes, for who was here before. */
  news: HTMLElement
  show: () => void
}

/** `since`: the night of the visit before, if any. `parts`: what else opens with it. */
export function makeMine(
  marks: Marks, internships: Internships, since: number | null, change: (edit: (state: State) => void) => void, ...parts: Child[]
): Mine {
  const filters = h('div', { class: 'bar' })
  const gone = h('div', {})
  const loaded = h('p', { role: 'status', class: 'quiet' })
  const chooser = h('input', { type: 'file', id: 'marks-file', accept: '.json,application/json', onchange: () => void load() })
  async function load(): Promise<void> {
    const [given] = chooser.files ?? []
    if (!given) return
    const count = marks.take(await given.text())
    chooser.value = ''
    loaded.textContent = message(count ? 'mine.imported' : 'mine.not_imported', { count, file: given.name })
  }
  const store = h('button', { type: 'button', onclick: () => save('my-internships.json', [marks.text()], 'application/json') }, message('mine.export'))
  const element = h('details', { class: 'mine-marks' }, h('summary', {}, message('mine.summary')), filters, gone,
    h('p', { class: 'quiet' }, message('mine.explained')), h('p', {}, store),
    h('div', { class: 'field' }, h('label', { for: 'marks-file' }, message('mine.import')), chooser), loaded, ...parts)
  const news = h('p', { class: 'news', hidden: true })

  const only = (name: MarkName, chosen: Record<string, string[]>) => () => change((state) => {
    Object.assign(state, { q: '', every: false, pay: 0, mine: name, chosen })
  })
  const button = (words: string, onclick: () => void): HTMLElement => h('button', { type: 'button', onclick }, words)
  return {
    element,
    news,
    show() {
      const counts = Object.fromEntries(MARKS.map((name) => [name, marks.ids().filter((id) => marks.has(id, name)).length])) as Record<MarkName, number>
      filters.replaceChildren(...MARKS.filter((name) => counts[name]).map((name) =>
        button(message('sources.amount', { name: message(`mine.${name}`), amount: counts[name] }), only(name, { state: ['open', 'unverified', 'closed'] }))))
      store.hidden = marks.ids().length === 0
      gone.replaceChildren(...goneOnes(marks, internships))
      const { added, closing, closed } = tally(marks, internships, since)
      const lines = [
        since !== null && added > 0 && button(message('news.new', { count: added, day: day(since) }), () => change((state) => { state.chosen = { seen: ['since'] } })),
        closing > 0 && button(message('news.closing', { count: closing }), only('starred', { deadline: ['7'] })),
        closed > 0 && button(message('news.closed', { count: closed }), only('starred', { state: ['closed'] })),
      ].filter((line) => line instanceof HTMLElement)
      news.replaceChildren(...lines)
      news.hidden = lines.length === 0
    },
  }
}

function tally(marks: Marks, internships: Internships, since: number | null): { added: number; closing: number; closed: number } {
  const { numbers, texts } = internships
  const isOpen = texts.state.values.map((state) => state === 'open')
  let added = 0
  if (since !== null) texts.state.codes.forEach((code, row) => { if (isOpen[code] && numbers.first_seen[row] > since) added++ })
  let closing = 0
  let closed = 0
  const now = today()
  for (const id of marks.ids()) {
    const row = marks.has(id, 'starred') ? internships.row(id) : undefined
    if (row === undefined) continue
    const left = numbers.deadline[row] === NONE ? -1 : numbers.deadline[row] - now
    if (texts.state.at(row) === 'closed') closed++
    else if (left >= 0 && left <= CLOSES_SOON) closing++
  }
  return { added, closing, closed }
}

/** Those that closed so long ago that they are no longer here. */
function goneOnes(marks: Marks, internships: Internships): HTMLElement[] {
  const ids = marks.ids().filter((id) => internships.row(id) === undefined)
  if (!ids.length) return []
  return [h('p', {}, message('mine.gone')), h('ul', {}, ...ids.map((id) => {
    const { title, note } = marks.of(id) as Mark
    return h('li', {}, foreign(title), note && h('span', { class: 'quiet' }, ' ', foreign(note)), ' ',
      h('button', { type: 'button', 'aria-label': message('mine.one', { action: message('mine.forget'), title }), onclick: () => marks.forget(id) }, message('mine.forget')))
  }))]
}

const local = (): string => new Date(today() * 86_400_000).toISOString().slice(0, 10)

/** A button that is pressed or not; `tell` comes after. */
function toggle(words: string, label: string, isOn: boolean, flip: () => void, settings: Record<string, string> = {}): HTMLElement {
  return h('button', { type: 'button', 'aria-pressed': String(isOn), 'aria-label': label, title: label, onclick: flip, ...settings }, words)
}

/** On a card: star and hide. `hid`: comes after it was hidden. */
export function cardMarks(marks: Marks, id: string, title: string, hid: () => void): HTMLElement {
  const name = (action: 'star' | 'hide'): string => message('mine.one', { action: message(`mine.${action}`), title })
  const starred = marks.has(id, 'starred')
  const hidden = marks.has(id, 'hidden')
  return h('div', { class: 'marks' },
    toggle(starred ? '★' : '☆', name('star'), starred, () => marks.edit(id, title, (mark) => { mark.starred = !starred }), { 'data-mark': 'star' }),
    toggle('×', name('hide'), hidden, () => {
      marks.edit(id, title, (mark) => { mark.hidden = !hidden })
      if (!hidden) hid()
    }, { 'data-mark': 'hide' }))
}

/** On the page of one: all marks and the note. */
export function pageMarks(marks: Marks, id: string, title: string): HTMLElement {
  const buttons = h('p', { class: 'states' })
  const show = (focused?: number): void => {
    const mark = marks.of(id)
    const make = (words: string, isOn: boolean, flip: (mark: Mark) => void, nth: number): HTMLElement => toggle(words, words, isOn, () => {
      marks.edit(id, title, flip)
      show(nth)
    })
    buttons.replaceChildren(
      make(message('mine.star'), Boolean(mark?.starred), (one) => { one.starred = !one.starred }, 0),
      make(message('mine.apply'), Boolean(mark?.applied), (one) => { one.applied = one.applied ? undefined : local() }, 1),
      make(message('mine.hide'), Boolean(mark?.hidden), (one) => { one.hidden = !one.hidden }, 2))
    if (focused !== undefined) (buttons.children[focused] as HTMLElement).focus()
  }
  show()
  const note = h('textarea', { id: 'note', rows: 3, maxlength: 10_000, dir: 'auto', oninput: () => marks.edit(id, title, (mark) => { mark.note = note.value.trim() }) })
  note.value = marks.of(id)?.note ?? ''
  return h('div', { class: 'page-marks' }, buttons,
    h('details', { open: note.value !== '' }, h('summary', {}, message('mine.note')), h('label', { for: 'note', class: 'unseen' }, message('mine.note')), note))
}
