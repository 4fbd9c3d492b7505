/* global document, marked, mermaid */

// Runs in the browser: shows Markdown as GitHub does, and leaves in the page what a reader sees of it.

const article = document.querySelector('article')
article.innerHTML = marked.parse(article.dataset.markdown)

for (const code of document.querySelectorAll('code.language-mermaid')) {
  const chart = document.createElement('div')
  chart.className = 'mermaid'
  chart.textContent = code.textContent
  code.parentElement.replaceWith(chart)
}

mermaid.initialize({ startOnLoad: false })
mermaid.run().then(
  () => look(''),
  (error) => look(String(error?.message ?? error)),
)

function look(trouble) {
  const seen = {
    trouble,
    headings: texts(article, 'h1, h2, h3'),
    tables: [...article.querySelectorAll('table')].map((table) =>
      [...table.querySelectorAll('tr')].map((row) => texts(row, 'th, td')),
    ),
    folded: texts(article, 'summary'),
    blocks: texts(article, 'pre > code'),
    charts: [...article.querySelectorAll('.mermaid svg')].map(lookAtChart),
  }
  const bytes = new TextEncoder().encode(JSON.stringify(seen))
  document.body.dataset.seen = btoa(String.fromCharCode(...bytes))
}

function lookAtChart(svg) {
  const frame = svg.getBoundingClientRect()
  const start = Math.min(
    ...[...svg.querySelectorAll('rect.task')].map((bar) => bar.getBoundingClientRect().left),
  )
  const sticksOut = (word) => {
    const { left, right } = word.getBoundingClientRect()
    return left < frame.left || right > (word.matches('.sectionTitle') ? start : frame.right)
  }
  return {
    sections: texts(svg, '.sectionTitle'),
    bars: [...svg.querySelectorAll('.taskText, .taskTextOutsideLeft, .taskTextOutsideRight')]
      .sort((one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top)
      .map((word) => word.textContent.trim()),
    cutOff: [...svg.querySelectorAll('text')].filter(sticksOut).map((word) => word.textContent),
  }
}

function texts(within, selector) {
  return [...within.querySelectorAll(selector)].map((one) => one.textContent.trim())
}
