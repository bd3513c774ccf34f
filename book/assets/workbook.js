'use strict';
// A question hides the run that it is about, until the reader has chosen or asks to see it.
// Without this script nothing is hidden.
(() => {
    for (const question of document.querySelectorAll('fieldset.predict')) {
        const runs = [...document.querySelectorAll('figure.run')];
        const comesAfter = (figure) =>
            question.compareDocumentPosition(figure) & Node.DOCUMENT_POSITION_FOLLOWING;
        const run = runs.find((figure) =>
            figure.dataset.snippet === question.dataset.run && comesAfter(figure));
        if (!run) continue;
        // A comparison with it would give the answer away.
        const comparisons = runs.filter((figure) =>
            figure.dataset.runs?.split(' ').includes(question.dataset.run) && comesAfter(figure));
        const why = question.querySelector('.why');
        const show = document.createElement('button');
        show.type = 'button';
        show.className = 'show-run';
        show.textContent = 'Show the run';
        question.append(show);
        const hide = (hidden) => {
            for (const part of [why, run, ...comparisons]) part.hidden = hidden;
        };
        hide(true);
        const reveal = () => {
            hide(false);
            show.remove();
            question.querySelector('[data-right]').classList.add('right');
        };
        show.addEventListener('click', () => {
            reveal();
            run.querySelector('.output')?.focus({ preventScroll: true });
        });
        question.addEventListener('change', reveal);
    }
})();
