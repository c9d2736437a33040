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

  document.addEventListener('DOMContentLoaded', function () {
    foldMenu()
    tellErrors()
    sendOnce()
    closeMenus()
  })
}())
