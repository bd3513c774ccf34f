'use strict';
// What a page does beyond being read: a question hides its run until the reader has chosen, a recorded run can be
// played again at the speed at which it came, and Copy leaves out the line that draws the timeline. Without this
// script every page is whole: nothing is hidden, nothing is missing but the motion.
(() => {
    const element = (name, properties = {}, ...children) => {
        const made = Object.assign(document.createElement(name), properties);
        made.append(...children);
        return made;
    };
    const button = (text, action, className = '') => {
        const made = element('button', { type: 'button', textContent: text, className });
        made.addEventListener('click', action);
        return made;
    };

    // What the reader did is kept in this browser, where it lets us.
    const memory = {
        get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
        set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* it is for this visit only */ } },
        forget: (key) => { try { localStorage.removeItem(key); } catch { /* likewise */ } },
    };

    /** A short name for a text, so that what was kept about it does not outlive a change of it. */
    const fingerprint = (text) => {
        let hash = 0x811c9dc5;
        for (const char of text) hash = Math.imul(hash ^ char.codePointAt(0), 0x01000193);
        return (hash >>> 0).toString(36);
    };

    // The buttons of a run stand together, above its figures.
    const controls = (figure) => {
        let bar = figure.querySelector(':scope > .controls');
        if (!bar) {
            bar = element('div', { className: 'controls' });
            figure.insertBefore(bar, figure.querySelector(':scope > figcaption, :scope > .table-wrapper'));
        }
        return bar;
    };

    // --- Predict -----------------------------------------------------------------------------------------------------

    const runs = [...document.querySelectorAll('figure.run')];

    /** What stands after a run up to the next heading, program or question: it speaks of what was seen. */
    const speaksOf = (run) => {
        const parts = [];
        for (let next = run.nextElementSibling; next; next = next.nextElementSibling) {
            if (next.matches('h1, h2, h3, h4, figure.listing, fieldset.predict')) break;
            parts.push(next);
        }
        return parts;
    };

    const ask = (question) => {
        const comesAfter = (other) =>
            question.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
        const run = runs.find((figure) => figure.dataset.snippet === question.dataset.run && comesAfter(figure));
        if (!run) return;
        // A comparison with it would give the answer away, and so would the words about it.
        const comparisons = runs.filter((figure) =>
            figure.dataset.runs?.split(' ').includes(question.dataset.run) && comesAfter(figure));
        const why = question.querySelector('.why');
        const hidden = [why, run, ...comparisons, ...speaksOf(run)];
        const key = `workbook.predict.${question.dataset.run}.${fingerprint(
            [...question.querySelectorAll('legend, label')].map((part) => part.textContent).join())}`;
        const verdict = element('p', { className: 'verdict' });
        verdict.setAttribute('role', 'status');
        question.insertBefore(verdict, why);

        const settle = (choice) => {
            for (const part of hidden) part.hidden = false;
            show.hidden = true;
            again.hidden = false;
            const right = question.querySelector('[data-right]');
            right.classList.add('is-right');
            verdict.textContent = choice === undefined ? ''
                : right.contains(choice) ? 'So it is.' : 'The run shows otherwise.';
        };
        const show = button('Show the run', () => {
            memory.set(key, 'shown');
            settle();
            run.querySelector('.output')?.focus({ preventScroll: true });
        }, 'show-run');
        const again = button('Ask me again', () => {
            memory.forget(key);
            for (const choice of question.querySelectorAll('input')) choice.checked = false;
            open();
            question.querySelector('input').focus();
        }, 'ask-again');
        question.append(show, again);
        const open = () => {
            for (const part of hidden) part.hidden = true;
            show.hidden = false;
            again.hidden = true;
            verdict.textContent = '';
            question.querySelector('[data-right]').classList.remove('is-right');
        };
        question.addEventListener('change', (event) => {
            memory.set(key, event.target.value);
            settle(event.target);
        });

        open();
        const kept = memory.get(key);
        const choice = [...question.querySelectorAll('input')].find((input) => input.value === kept);
        if (choice) choice.checked = true;
        if (kept !== null) settle(choice);
    };

    // --- Replay ------------------------------------------------------------------------------------------------------

    const calm = matchMedia('(prefers-reduced-motion: reduce)');
    const SVG = 'http://www.w3.org/2000/svg';

    const shown = (seconds, end) =>
        end >= 1 ? `${seconds.toFixed(2)} s`
            : end >= 1e-3 ? `${(seconds * 1e3).toFixed(end >= 0.1 ? 0 : 2)} ms`
                : `${Math.round(seconds * 1e6)} µs`;

    /** The speeds to choose from. A run of milliseconds is slowed down until it lasts for some seconds. */
    const speeds = (end) => {
        const usual = end >= 0.4 ? 1 : 10 ** Math.floor(Math.log10(end / 1.5));
        return [usual / 10, usual / 4, usual, usual * 2, usual * 5];
    };
    const named = (speed) => `${Number(speed.toPrecision(3))}×`;

    class Replay {
        constructor(figure) {
            this.figure = figure;
            this.svg = figure.querySelector(':scope > svg.timeline');
            const end = Number(this.svg?.dataset.end ?? figure.dataset.wall);
            this.lines = [...figure.querySelectorAll(':scope > .output .line')].map((line) =>
                ({ line, t: Number.parseFloat(line.querySelector('.t').textContent) }));
            this.end = Math.max(end || 0, ...this.lines.map(({ t }) => t));
            this.output = this.lines[0]?.line.closest('.output');
            this.start = button('Replay', () => this.begin(), 'replay');
            controls(figure).append(this.start);
        }

        /** Whether there is anything to see in time. */
        static worth(figure) {
            return figure.querySelector(':scope > svg.timeline') !== null
                || figure.querySelectorAll(':scope > .output .line').length > 1;
        }

        begin() {
            this.pause = button('Pause', () => this.playing ? this.stop() : this.play(), 'pause');
            this.scrub = element('input', { type: 'range', min: 0, max: 1000, step: 1, value: 0 });
            this.scrub.setAttribute('aria-label', 'Time in the run');
            this.scrub.addEventListener('input', () => {
                this.stop();
                this.goTo(this.scrub.value / 1000 * this.end);
            });
            this.clock = element('output', { className: 'clock' });
            const choices = speeds(this.end).map((speed) =>
                element('option', { value: speed, textContent: named(speed) }));
            this.speed = element('select', {}, ...choices);
            this.speed.selectedIndex = 2;
            this.speed.setAttribute('aria-label', 'Speed');
            this.close = button('Close', () => this.finish(), 'close');
            this.panel = element('div', { className: 'replaying' },
                this.pause, this.scrub, this.clock, this.speed, this.close);
            this.start.hidden = true;
            this.start.after(this.panel);
            if (this.svg) {
                const height = this.svg.dataset.plot;
                this.curtain = document.createElementNS(SVG, 'rect');
                this.curtain.setAttribute('class', 'curtain');
                this.cursor = document.createElementNS(SVG, 'line');
                this.cursor.setAttribute('class', 'cursor');
                for (const [part, names] of [[this.curtain, { y: 0, height }], [this.cursor, { y1: 0, y2: height }]]) {
                    for (const [name, value] of Object.entries(names)) part.setAttribute(name, value);
                    this.svg.append(part);
                }
            }
            this.goTo(0);
            this.play();
            this.pause.focus({ preventScroll: true });
        }

        play() {
            if (this.t >= this.end) this.goTo(0);
            // Of its own for each play: a frame that was asked for before a short pause must not go on beside the next.
            const playing = this.playing = {};
            this.pause.textContent = 'Pause';
            let last = performance.now();
            const frame = (now) => {
                if (this.playing !== playing) return;
                const t = this.t + (now - last) / 1e3 * Number(this.speed.value);
                last = now;
                this.goTo(t);
                if (t >= this.end) this.stop();
                else requestAnimationFrame(frame);
            };
            requestAnimationFrame(frame);
        }

        stop() {
            this.playing = undefined;
            this.pause.textContent = 'Play';
        }

        /** Shows the run as it was `t` seconds after its start. */
        goTo(t) {
            this.t = Math.min(Math.max(t, 0), this.end);
            let newest;
            for (const { line, t } of this.lines) {
                const future = t > this.t;
                if (line.classList.toggle('future', future)) continue;
                newest = line;
            }
            // Where motion is unwelcome, the cursor goes from line to line and does not glide.
            const steps = this.lines.map(({ t }) => t).filter((t) => t <= this.t);
            const at = calm.matches && this.playing && this.t < this.end ? Math.max(0, ...steps) : this.t;
            const share = this.end > 0 ? at / this.end * 100 : 100;
            this.scrub.value = share * 10;
            this.scrub.setAttribute('aria-valuetext', shown(this.t, this.end));
            this.clock.textContent = shown(at, this.end);
            this.cursor?.setAttribute('x1', `${share}%`);
            this.cursor?.setAttribute('x2', `${share}%`);
            this.curtain?.setAttribute('x', `${share}%`);
            this.curtain?.setAttribute('width', `${100 - share}%`);
            if (newest && newest !== this.newest) {
                this.newest = newest;
                const below = newest.offsetTop + newest.offsetHeight - this.output.offsetTop - this.output.clientHeight;
                if (this.output.scrollHeight > this.output.clientHeight) this.output.scrollTop = Math.max(below + 12, 0);
            }
        }

        finish() {
            this.stop();
            for (const { line } of this.lines) line.classList.remove('future');
            this.cursor?.remove();
            this.curtain?.remove();
            this.cursor = this.curtain = undefined;
            this.panel.remove();
            this.start.hidden = false;
            this.start.focus({ preventScroll: true });
        }
    }

    // --- Copy --------------------------------------------------------------------------------------------------------

    /** The program without what draws its timeline: it can be pasted into a project that does not have the library. */
    const untraced = (code) => code.split('\n')
        .filter((line) => !/^\s*(#\[timeline::lane\(.*\)\]|use timeline::LaneExt;)$/.test(line))
        .map((line) => line.replace(/\.lane\((?:"[^"]*"|format!\("[^"]*"\)|\w+)\)/, ''))
        .join('\n');

    // Before mdBook's own listener, which would copy every line.
    document.addEventListener('click', (event) => {
        const copy = event.target.closest?.('figure.listing .clip-button');
        const code = copy?.closest('pre')?.querySelector('code');
        if (!code || !navigator.clipboard || !code.textContent.includes('lane')) return;
        event.stopImmediatePropagation();
        const tell = (words) => {
            copy.setAttribute('tooltiptext', words);
            copy.classList.add('tooltipped');
            setTimeout(() => copy.classList.remove('tooltipped'), 1500);
        };
        navigator.clipboard.writeText(untraced(code.textContent)).then(() => tell('Copied!'), () => tell('Not copied'));
    }, { capture: true });

    // --- By keyboard, and by ear --------------------------------------------------------------------------------------

    // mdBook does not say that its bar is the page's head, and its first button is the label of a hidden box, which no
    // key reaches.
    document.getElementById('mdbook-menu-bar')?.setAttribute('role', 'banner');
    const label = document.getElementById('mdbook-sidebar-toggle');
    const box = document.getElementById('mdbook-sidebar-toggle-anchor');
    if (label && box) {
        const toggle = button('', () => label.click(), label.className);
        toggle.append(...label.childNodes);
        for (const name of ['title', 'aria-label', 'aria-controls']) toggle.setAttribute(name, label.getAttribute(name));
        const tell = () => toggle.setAttribute('aria-expanded', box.checked);
        box.addEventListener('change', tell);
        tell();
        label.className = 'hidden';
        label.before(toggle);
    }

    // What is wider than its place is scrolled with the arrow keys, which else would turn the page.
    const isWide = (part) => part.scrollWidth > part.clientWidth;
    const reachable = new ResizeObserver((seen) => {
        for (const { target } of seen) {
            if (isWide(target)) target.tabIndex = 0;
            else target.removeAttribute('tabindex');
        }
    });
    for (const part of document.querySelectorAll('pre > code, .table-wrapper')) reachable.observe(part);
    document.addEventListener('keydown', (event) => {
        const sideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
        if (sideways && event.target.matches('pre, pre > code, .table-wrapper') && isWide(event.target)) {
            event.stopPropagation();
        }
    }, { capture: true });

    // -----------------------------------------------------------------------------------------------------------------

    for (const figure of runs) if (Replay.worth(figure)) new Replay(figure);
    for (const question of document.querySelectorAll('fieldset.predict')) ask(question);

    // Served by `cargo workbook serve`, programs run here: what that needs is loaded only then.
    const token = document.querySelector('meta[name="workbook-token"]')?.content;
    if (token) {
        const assets = new URL('../../assets/', document.currentScript.src);
        import(new URL('live.js', assets)).then(({ start }) =>
            start({ token, assets, element, button, controls, memory, fingerprint }));
    }
})();
