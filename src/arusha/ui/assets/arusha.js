// What a page gains with JavaScript; nothing needs it.
(function () {
  'use strict'
  document.documentElement.classList.add('ar-scripted')

  // On a phone the menu folds; without a script it stands open.
  function foldMenu () {
    var toggle = document.querySelector('.ar-nav__toggle')
    if (!toggle) return
    var list = document.getElementById(toggle.getAttribute('aria-controls'))
    toggle.hidden = false
    toggle.addEventListener('click', function () {
      var open = toggle.getAttribute('aria-expanded') !== 'true'
      toggle.setAttribute('aria-expanded', String(open))
      list.classList.toggle('ar-nav__list--open', open)
    })
  }

  // A page that comes back with errors says so first, and each error leads to the field that it is about.
  function tellErrors () {
    var summary = document.querySelector('.ar-error-summary')
    if (!summary) return
    summary.focus()
    summary.addEventListener('click', function (event) {
      var link = event.target.closest('a[href^="#"]')
      var field = link && document.getElementById(link.hash.slice(1))
      if (!field) return
      event.preventDefault()
      var label = document.querySelector('label[for="' + field.id + '"]') || field
      label.scrollIntoView()
      field.focus({ preventScroll: true })
    })
  }

  // A second click within a second is the same wish: it does not send the form twice.
  function sendOnce () {
    var lastSent = new WeakMap()
    document.addEventListener('submit', function (event) {
      var now = Date.now()
      if (now - (lastSent.get(event.target) || 0) < 1000) event.preventDefault()
      else lastSent.set(event.target, now)
    })
  }

  // The account menu closes with Escape and when one turns elsewhere.
  function closeMenus () {
    var menus = document.querySelectorAll('.ar-account')
    document.addEventListener('click', function (event) {
      menus.forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false })
    })
    document.addEventListener('keydown', function (event) {
      if (event.key !== 'Escape') return
      menus.forEach(function (menu) {
        if (!menu.open) return
        menu.open = false
        menu.querySelector('summary').focus()
      })
    })
  }

  // Rows chosen by their boxes: how many they are is said, and one box chooses all of this page.
  function countPicks () {
    var said = document.querySelector('[data-picked]')
    var boxes = Array.prototype.slice.call(document.querySelectorAll('tbody .ar-pick'))
    if (!said || !boxes.length) return
    var live = document.createElement('output')
    live.setAttribute('aria-live', 'polite')
    function tell () {
      var count = boxes.filter(function (box) { return box.checked }).length
      live.textContent = ' ' + said.getAttribute('data-picked') + ' ' + count
    }
    var all = document.createElement('input')
    all.type = 'checkbox'
    all.className = 'ar-pick'
    all.setAttribute('aria-label', said.getAttribute('data-pick-all'))
    all.addEventListener('change', function () {
      boxes.forEach(function (box) { box.checked = all.checked })
      tell()
    })
    var head = boxes[0].closest('table').querySelector('thead th')
    head.insertBefore(document.createTextNode(' '), head.firstChild)
    head.insertBefore(all, head.firstChild)
    boxes.forEach(function (box) { box.addEventListener('change', tell) })
    said.appendChild(live)
    tell()
  }

  // A part that says where news of it is asks there now and then, while somebody looks; it never moves what is read.
  function askForNews () {
    document.querySelectorAll('[data-news]').forEach(function (part) {
      var every = Math.max(5, Number(part.getAttribute('data-every')) || 60) * 1000
      setInterval(function () {
        if (document.hidden) return
        fetch(part.getAttribute('data-news'), { credentials: 'same-origin', headers: { 'X-Requested-With': 'fetch' } })
          .then(function (answer) { return answer.status === 200 && !answer.redirected ? answer.text() : null })
          .then(function (text) { if (text !== null && text.trim() !== part.innerHTML.trim()) part.innerHTML = text })
          .catch(function () {})
      }, every)
    })
  }

  document.addEventListener('DOMContentLoaded', function () {
    countPicks()
    askForNews()
    foldMenu()
    tellErrors()
    sendOnce()
    closeMenus()
  })
}())
