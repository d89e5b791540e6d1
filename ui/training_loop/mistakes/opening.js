// A click on a figure's image, or on its pencil, goes to the server: where to, and which image.

let listener = null
document.addEventListener('click', (event) => {
  const button = event.target.closest?.('.ge-mistakes button')
  if (!button || !listener?.root.isConnected) return
  const figure = button.closest('figure')
  const to = button.parentElement === figure ? 'chain' : 'pad'
  listener.tell('opened', { to, image: figure.dataset.image, moment: Date.now() })
})

export default function ({ parentElement, setStateValue }) {
  listener = { root: parentElement, tell: setStateValue }
}
