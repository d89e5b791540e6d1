// A click on a figure's button goes to the server as the words that the button carries.

let listener = null
document.addEventListener('click', (event) => {
  const button = event.target.closest?.('.ge-mistakes [data-open]')
  if (!button || !listener?.root.isConnected) return
  listener.tell('opened', { what: button.dataset.open, moment: Date.now() })
})

export default function ({ parentElement, setStateValue }) {
  listener = { root: parentElement, tell: setStateValue }
}
