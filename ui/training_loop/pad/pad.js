// A sheet of paper: mouse, finger or pen draw on it. The server hears of the whole drawing at each pen-up, so that no
// message may be missed; it is told as whole numbers, UNITS to a side, with no more points than the line needs.

const NEAR = 2, INK = '#262730' // units that a point may be off the line
const pads = new WeakMap()
let listener = null // for what stands on the page besides: the crosses of the drawings that are kept
document.addEventListener('click', (event) => {
  const cross = event.target.closest?.('[data-pad-remove]')
  if (cross && listener?.root.isConnected) listener.tell('removed', { number: +cross.dataset.padRemove, moment: Date.now() })
})

export default function ({ parentElement, data, setStateValue }) {
  const isThere = pads.get(parentElement)?.canvas.isConnected // Streamlit may have made the elements anew
  if (!isThere) pads.set(parentElement, new Pad(parentElement))
  pads.get(parentElement).take(data, setStateValue)
  listener = { root: parentElement, tell: setStateValue }
}

class Pad {
  constructor(root) {
    const find = (name) => root.querySelector(name)
    Object.assign(this, { root, canvas: find('canvas'), under: find('img'), undo: find('.undo'), clear: find('.clear') })
    this.strokes = []
    this.canvas.onpointerdown = (event) => this.begin(event)
    this.canvas.onpointermove = (event) => this.go(event)
    this.canvas.onpointerup = this.canvas.onpointercancel = (event) => this.end(event)
    this.undo.onclick = () => this.change(this.strokes.slice(0, -1), false)
    this.clear.onclick = () => this.change([], true)
    new ResizeObserver(() => this.draw()).observe(this.canvas)
  }

  // What the server says. Its sheet counts where it is another than the one that is here.
  take(data, tell) {
    const isNew = this.data?.version !== data.version
    Object.assign(this, { data, tell })
    this.canvas.style.aspectRatio = `${data.shape[1]} / ${data.shape[0]}`
    this.canvas.setAttribute('aria-label', data.words.sheet)
    this.undo.querySelector('b').textContent = data.words.undo
    this.clear.querySelector('b').textContent = data.words.clear
    if (isNew) this.lay(data.strokes, data.picture)
  }

  lay(strokes, picture) {
    Object.assign(this, { strokes, stroke: null })
    if (picture) this.under.src = picture
    else this.under.removeAttribute('src')
    this.draw()
  }

  change(strokes, isCleared) {
    this.lay(strokes, isCleared ? '' : this.under.getAttribute('src'))
    this.tell('drawn', { strokes, cleared: isCleared, moment: Date.now() })
  }

  begin(event) {
    if (this.stroke || event.button > 0 || this.strokes.length >= this.data.strokesMost || this.room() < 2) return
    event.preventDefault()
    this.canvas.setPointerCapture(event.pointerId)
    this.pointer = event.pointerId
    this.stroke = [this.place(event)]
    this.draw()
  }

  go(event) {
    if (!this.stroke || event.pointerId !== this.pointer) return
    const events = event.getCoalescedEvents?.() ?? []
    for (const each of events.length ? events : [event]) this.stroke.push(this.place(each))
    this.draw()
  }

  end(event) {
    if (!this.stroke || event.pointerId !== this.pointer) return
    let near = NEAR, points = this.stroke
    do points = thinned(this.stroke, near)
    while (points.length > this.room() && (near *= 2) < 1e6)
    this.change([...this.strokes, points.flat()], false)
  }

  // How many points there may still be.
  room() {
    return this.data.pointsMost - this.strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0)
  }

  place(event) {
    const box = this.canvas.getBoundingClientRect(), { units } = this.data
    const share = (at, start, size) => Math.round(Math.min(1, Math.max(0, (at - start) / size)) * units)
    return [share(event.clientX, box.left, box.width), share(event.clientY, box.top, box.height)]
  }

  draw() {
    if (!this.data) return
    const { canvas } = this, { units, pen } = this.data, ratio = window.devicePixelRatio || 1
    const width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio)
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
    const paper = canvas.getContext('2d')
    paper.clearRect(0, 0, width, height)
    Object.assign(paper, { lineWidth: pen * Math.max(width, height), lineCap: 'round', lineJoin: 'round', strokeStyle: INK })
    const strokes = this.stroke ? [...this.strokes, this.stroke.flat()] : this.strokes
    for (const stroke of strokes) {
      paper.beginPath()
      for (let at = 0; at < stroke.length; at += 2) paper.lineTo((stroke[at] * width) / units, (stroke[at + 1] * height) / units)
      if (stroke.length === 2) paper.lineTo((stroke[0] * width) / units, (stroke[1] * height) / units)
      paper.stroke()
    }
    this.undo.disabled = !this.strokes.length
    this.clear.disabled = !this.strokes.length && !this.under.getAttribute('src')
  }
}

// The points that a line needs, so that none of the others is farther from it than `near` (Douglas and Peucker, 1973).
function thinned(points, near) {
  const kept = new Set([0, points.length - 1]), parts = [[0, points.length - 1]]
  while (parts.length) {
    const [first, last] = parts.pop()
    let farthest = near, at = 0
    for (let index = first + 1; index < last; index++) {
      const away = distance(points[index], points[first], points[last])
      if (away > farthest) [farthest, at] = [away, index]
    }
    if (at) kept.add(at) && parts.push([first, at], [at, last])
  }
  return points.filter((_, index) => kept.has(index))
}

function distance([x, y], [x0, y0], [x1, y1]) {
  const [along, up] = [x1 - x0, y1 - y0], square = along * along + up * up
  const share = square && Math.min(1, Math.max(0, ((x - x0) * along + (y - y0) * up) / square))
  return Math.hypot(x - x0 - share * along, y - y0 - share * up)
}
