// Plays steps in the browser: the step shown goes to the page's body, where the charts listen (ui/charts/played.py).
// The server hears of it when something has come to rest, and once a second meanwhile.

const SECONDS = 10, SLOWEST = 4 // for all of them; steps a second at the least
const PAUSE = 60 // milliseconds at least between two pictures, so that the browser has time for a click
const players = new WeakMap()

export default function ({ parentElement, data, setStateValue }) {
  const isThere = players.get(parentElement)?.play.isConnected // Streamlit may have made the elements anew
  if (!isThere) players.set(parentElement, new Player(parentElement))
  players.get(parentElement).take(data, setStateValue)
}

class Player {
  constructor(root) {
    const find = (name) => root.querySelector(name)
    Object.assign(this, { root, play: find('.play'), next: find('.next'), first: find('.first') })
    Object.assign(this, { slider: find('input'), said: find('output'), list: find('ul') })
    this.step = 0
    this.play.onclick = () => (this.playing ? this.stop() : this.start())
    this.next.onclick = () => this.stop(this.step + 1)
    this.first.onclick = () => this.stop(0)
    this.slider.oninput = () => ((this.playing = false), this.show(+this.slider.value))
    this.slider.onchange = () => this.stop()
  }

  // What the server says. Its step counts only when it is another than the one that was told to it.
  take(data, tell) {
    const go = this.data && data.go !== this.data.go
    Object.assign(this, { data, tell })
    this.slider.max = data.last
    this.slider.setAttribute('aria-label', data.words.steps)
    this.next.querySelector('b').textContent = data.words.next
    this.first.querySelector('b').textContent = data.words.first
    this.lines = data.lines.map(line)
    this.list.replaceChildren(...this.lines)
    if (!this.playing && data.step !== this.told) this.step = this.told = data.step
    this.show(go ? 0 : this.step)
    if (go) this.start()
  }

  show(step) {
    this.step = Math.max(0, Math.min(step, this.data.last))
    this.drawn_at = performance.now()
    document.body.value = this.step
    document.body.dispatchEvent(new Event(this.data.event))
    this.slider.value = this.step
    this.said.textContent = `${this.step} / ${this.data.last}`
    const { pause, play } = this.data.words
    this.play.querySelector('b').textContent = this.playing ? pause : play
    this.play.querySelector('i').textContent = this.playing ? 'pause' : 'play_arrow'
    this.next.disabled = this.step >= this.data.last
    this.score()
  }

  // The height of each at this step, the lowest of those inside the frame in bold.
  score() {
    const heights = this.data.lines.map(({ heights, left }) => (left !== null && this.step >= left ? null : heights[this.step]))
    const lowest = Math.min(...heights.filter((height) => height !== null))
    this.data.lines.forEach(({ left_told }, index) => {
      const [height, entry] = [heights[index], this.lines[index]]
      entry.lastChild.textContent = height === null ? left_told : `f = ${number(height)}`
      entry.classList.toggle('lowest', height === lowest)
    })
  }

  start() {
    this.playing = true
    if (this.step >= this.data.last) this.step = 0
    const from = { step: this.step, time: performance.now() }
    this.run = from
    this.told_at = from.time
    const tick = (now) => {
      if (!this.playing || this.run !== from || !this.root.isConnected) return
      const rate = Math.max(SLOWEST, this.data.last / SECONDS)
      const step = Math.min(this.data.last, from.step + Math.floor((Math.max(0, now - from.time) * rate) / 1000))
      if (step >= this.data.last) return this.stop(step)
      if (step !== this.step && now - this.drawn_at >= PAUSE) this.show(step)
      if (now - this.told_at > 1000) this.report(now)
      requestAnimationFrame(tick)
    }
    this.show(this.step)
    requestAnimationFrame(tick)
  }

  stop(step = this.step) {
    this.playing = false
    this.show(step)
    this.report(performance.now())
  }

  report(now) {
    this.told_at = now
    this.told = this.step
    this.tell('at', { step: this.step, playing: this.playing, moment: Date.now() })
  }
}

// Three digits, as ui/charts/numerals.py has them.
function number(value) {
  const size = Math.abs(value)
  const rounded = Number(value.toPrecision(3))
  const exponential = size && (size < 1e-4 || size >= 999999.5)
  const written = size >= 999.5 && !exponential ? Math.round(value).toLocaleString('en') : String(rounded)
  const text = exponential ? rounded.toExponential().replace(/(e[+-])(\d)$/, '$10$2') : written
  return text.replace(/^-/, '−')
}

function line({ label, rate, color, dash }) {
  const entry = document.createElement('li')
  entry.innerHTML =
    '<svg width="30" height="10" aria-hidden="true"><line x1="0" x2="30" y1="5" y2="5" stroke-width="2.6"/></svg>' +
    '<span></span> <small></small> <em></em>'
  const stroke = entry.querySelector('line')
  stroke.setAttribute('stroke', color)
  stroke.setAttribute('stroke-dasharray', dash)
  entry.querySelector('span').textContent = label
  entry.querySelector('small').textContent = rate
  return entry
}
