// What one takes along of one internship: its deadline for a calendar, and its address to share.

import type { Child } from './dom'
import { h, save, webAddress } from './dom'
import { message } from './messages'

/** Right side of a UID, as in the exported calendars, so that an event taken from both is one. */
const DOMAIN = 'international-internships'
const MAX_LINE_BYTES = 75

interface About { internship_id: string; title: string; organization: string | null; deadline: string | null; best_url: string }

/** Buttons to take it along by. `night`: of the exported files, as YYYY-MM-DD. */
export function takeAlong(about: About, night: string): Child {
  const done = h('span', { role: 'status' })
  const address = `${location.origin}${location.pathname}${location.hash}` // without the language: who gets it reads their own
  const share = (): void => {
    const copied = (): void => { done.textContent = message('saved.copied') }
    const byHand = (): void => { done.textContent = address }
    if (navigator.clipboard) navigator.clipboard.writeText(address).then(copied, byHand)
    else byHand() // a page that came without TLS has no clipboard
  }
  return h('p', { class: 'along' },
    about.deadline && h('button', { type: 'button', onclick: () => save(`${about.internship_id}.ics`, [eventOf(about, night)], 'text/calendar;charset=utf-8') },
      message('along.deadline')),
    h('button', { type: 'button', onclick: share }, message('along.link')),
    'share' in navigator && h('button', { type: 'button', onclick: () => {
      navigator.share({ title: about.title, url: address }).catch(() => undefined) // nothing is wrong where somebody shares it with nobody
    } }, message('along.share')), done)
}

/** The day of the deadline as iCalendar (RFC 5545). */
export function eventOf(about: About, night: string): string {
  const day = (text: string): string => text.slice(0, 10).replaceAll('-', '')
  const deadline = about.deadline as string
  const next = new Date(Date.parse(`${deadline.slice(0, 10)}T00:00:00Z`) + 86_400_000).toISOString()
  const url = webAddress(about.best_url)
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', `PRODID:-//${DOMAIN}//deadlines//EN`, 'BEGIN:VEVENT', `UID:${about.internship_id}@${DOMAIN}`,
    `DTSTAMP:${day(night)}T000000Z`, `DTSTART;VALUE=DATE:${day(deadline)}`, `DTEND;VALUE=DATE:${day(next)}`,
    `SUMMARY:${escaped(message('along.apply', { what: [about.title, about.organization].filter(Boolean).join(', ') }))}`, ...(url ? [`URL:${url}`] : []),
    'TRANSP:TRANSPARENT', 'END:VEVENT', 'END:VCALENDAR']
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n|\r/g, '\\n')

/** A line in pieces of at most 75 bytes, none of them within a character. */
function folded(line: string): string {
  const size = new TextEncoder()
  let bytes = 0
  let text = ''
  for (const letter of line) {
    const more = size.encode(letter).length
    if (bytes + more > MAX_LINE_BYTES) {
      text += '\r\n '
      bytes = 1
    }
    text += letter
    bytes += more
  }
  return text
}
