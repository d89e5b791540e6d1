// A click on a figure's image, or on its pencil, goes to the server: where to, and which image.

const PATIENCE = 5000 // milliseconds for which a click waits that came before there was anybody to tell
let listener = null, early = null
document.addEventListener('click', (event) => {
  const button = event.target.closest?.('.ge-mistakes button')
  if (!button) return
  const figure = button.closest('figure')
  const to = button.parentElement === figure ? 'chain' : 'pad'
  const said = { to, image: figure.dataset.image, moment: Date.now() }
  if (listener?.root.isConnected) listener.tell('opened', said)
  else early = said
})

export default function ({ parentElement, setStateValue }) {
  listener = { root: parentElement, tell: setStateValue }
  const said = early
  early = null
  if (said && Date.now() - said.moment < PATIENCE) setTimeout(() => setStateValue('opened', said))
}
