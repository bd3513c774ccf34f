// @ts-check
'use strict';
// What a page does beyond being read: a question hides its run until the reader has chosen, a recorded run can be
// played again at the speed at which it came, and Copy leaves out the line that draws the timeline. Without this
// script every page is whole: nothing is hidden, nothing is missing but the motion.
(() => {
    /** @type {Tools['element']} */
    const element = (name, properties = {}, ...children) => {
        const made = Object.assign(document.createElement(name), properties);
        made.append(...children);
        return made;
    };
    /** @type {Tools['button']} */
    const button = (text, action, className = '') => {
        const made = element('button', { type: 'button', textContent: text, className });
        made.addEventListener('click', action);
        return made;
    };

    /** @type {Tools['find']} */
    const find = (part, selector) => {
        const found = part.querySelector(selector);
        if (found instanceof HTMLElement) return found;
        throw new Error(`there is no ${selector} on this page`);
    };

    /** @type {(store: () => Storage) => Memory} */
    const keptIn = (store) => ({
        get: (key) => { try { return store().getItem(key); } catch { return null; } },
        set: (key, value) => { try { store().setItem(key, value); } catch { /* it is for this visit only */ } },
        forget: (key) => { try { store().removeItem(key); } catch { /* likewise */ } },
    });
    const memory = keptIn(() => localStorage);
    /** For as long as this tab is open: what a room has answered, too. The reader's own answers are not shown to it. */
    const session = keptIn(() => sessionStorage);
    const PRESENT = '#present';
    const isPresented = () => location.hash.startsWith(PRESENT);
    const kept = () => isPresented() ? session : memory;

    /** @type {Tools['fingerprint']} */
    const fingerprint = (text) => {
        let hash = 0x811c9dc5;
        for (const char of text) hash = Math.imul(hash ^ Number(char.codePointAt(0)), 0x01000193);
        return (hash >>> 0).toString(36);
    };

    /** @type {Tools['controls']} The buttons of a run stand together, above its figures. */
    const controls = (figure) => {
        const there = figure.querySelector(':scope > .controls');
        if (there) return there;
        const bar = element('div', { className: 'controls' });
        figure.insertBefore(bar, figure.querySelector(':scope > figcaption, :scope > .table-wrapper'));
        return bar;
    };

    const SVG = 'http://www.w3.org/2000/svg';

    // --- Predict -----------------------------------------------------------------------------------------------------

    /** @returns {HTMLElement[]} The runs on the page: in a class there may be more of them later. */
    const allRuns = () => [...document.querySelectorAll('figure.run')].filter((run) => run instanceof HTMLElement);

    /**
     * What stands after a run up to the next heading, program or question: it speaks of what was seen.
     *
     * @param {HTMLElement} run
     */
    const speaksOf = (run) => {
        const parts = [];
        for (let next = run.nextElementSibling; next; next = next.nextElementSibling) {
            if (next.matches('h1, h2, h3, h4, figure.listing, fieldset.predict')) break;
            if (next instanceof HTMLElement) parts.push(next);
        }
        return parts;
    };

    /** What stands above the programs that are asked about, before they are named. */
    const UNNAMED = 'the program in question';

    /**
     * What tells a choice from the others when all is known: a shape and a word.
     *
     * @param {boolean} isRight
     */
    const mark = (isRight) => {
        const svg = document.createElementNS(SVG, 'svg');
        const path = document.createElementNS(SVG, 'path');
        svg.setAttribute('viewBox', '0 0 16 16');
        svg.setAttribute('aria-hidden', 'true');
        path.setAttribute('d', isRight ? 'M2 9 L6 13 L14 3' : 'M3 3 L13 13 M13 3 L3 13');
        svg.append(path);
        return element('span', { className: isRight ? 'mark' : 'mark wrong' }, svg, isRight ? 'right' : 'not so');
    };

    /** @type {Tools['ask']} */
    const ask = (question) => {
        const runs = allRuns();
        /** @param {Element} other */
        const comesAfter = (other) =>
            (question.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
        const asked = question.dataset.run ?? '';
        const run = runs.find((figure) => figure.dataset.snippet === asked && comesAfter(figure));
        if (!run) return;
        // A comparison with it would give the answer away, and so would the words about it.
        const comparisons = runs.filter((figure) =>
            figure.dataset.runs?.split(' ').includes(asked) && comesAfter(figure));
        const why = find(question, '.why');
        const right = find(question, '[data-right]');
        const choices = [...question.querySelectorAll('input')];
        const spoken = speaksOf(run);
        const hidden = [why, run, ...spoken];
        /** @type {NodeListOf<HTMLElement>} */
        const names = document.querySelectorAll(`[data-of="${CSS.escape(asked)}"]`);
        const key = `workbook.predict.${asked}.${fingerprint(
            [...question.querySelectorAll('legend, label')].map((part) => part.textContent).join())}`;
        // The labels get marks later: who else wants to know what was chosen goes by this.
        question.dataset.key = key;
        const verdict = element('p', { className: 'verdict', tabIndex: -1 });
        verdict.setAttribute('role', 'status');
        question.insertBefore(verdict, why);

        // Where something is hidden, the page says so: at the question's end, and in each comparison that stands
        // elsewhere. Nothing is put between the parts of the page: a browser that loads it anew counts those to find the
        // reader's place.
        const note = element('p', { className: 'withheld',
            textContent: 'The run stands here, with what it shows, once you have checked your answer or asked to see it.' });
        const elsewhere = comparisons.filter((figure) => !spoken.includes(figure));
        for (const figure of elsewhere) {
            const words = 'A comparison with a run stands here, once the question about that run is answered. ';
            const toQuestion = button('To the question', () => {
                question.scrollIntoView({ block: 'center' });
                (choices.find((choice) => choice.checked) ?? choices[0]).focus({ preventScroll: true });
            });
            figure.prepend(element('p', { className: 'withheld' }, words, toQuestion));
        }

        /** @param {boolean} known */
        const show = (known) => {
            for (const part of hidden) part.hidden = !known;
            for (const figure of elsewhere) figure.classList.toggle('is-withheld', !known);
            note.hidden = known;
            for (const choice of choices) choice.disabled = known;
            check.hidden = reveal.hidden = known;
            again.hidden = !known;
            right.classList.toggle('is-right', known);
            for (const old of question.querySelectorAll('.mark')) old.remove();
            for (const name of names) name.textContent = known ? name.dataset.name ?? '' : UNNAMED;
        };
        /** @param {HTMLInputElement} [choice] None where the reader did not want to choose. */
        const settle = (choice) => {
            show(true);
            right.append(mark(true));
            const isRight = choice === undefined || right.contains(choice);
            if (!isRight) choice.closest('label')?.append(mark(false));
            verdict.textContent = choice === undefined ? '' : isRight ? 'So it is.' : 'The run shows otherwise.';
            verdict.classList.toggle('wrong', !isRight);
        };
        const open = () => {
            show(false);
            verdict.textContent = '';
            check.disabled = !choices.some((choice) => choice.checked);
        };

        // To choose is to think about it. Nothing is shown before the answer is given.
        const check = button('Check my answer', () => {
            const chosen = choices.find((choice) => choice.checked);
            if (!chosen) return;
            kept().set(key, chosen.value);
            settle(chosen);
            verdict.focus({ preventScroll: true });
        }, 'check');
        const reveal = button('Show the run', () => {
            kept().set(key, 'shown');
            settle();
            /** @type {HTMLElement | null} */ (run.querySelector('.output'))?.focus({ preventScroll: true });
        }, 'show-run');
        const again = button('Ask me again', () => {
            kept().forget(key);
            for (const choice of choices) choice.checked = false;
            open();
            choices[0].focus();
        }, 'ask-again');
        question.append(element('p', { className: 'answering' }, check, reveal, again), note);
        question.addEventListener('change', () => { check.disabled = false; });
        question.addEventListener('keydown', (event) => {
            if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
            event.preventDefault();
            check.click();
        });

        const remember = () => {
            // In a class the answer was given to the room.
            const { chosen: given, revealed } = question.dataset;
            if (given !== undefined) kept().set(key, given);
            const value = kept().get(key) ?? (revealed === undefined ? null : 'shown');
            const chosen = choices.find((choice) => choice.value === value);
            for (const choice of choices) choice.checked = choice === chosen;
            open();
            if (value !== null) settle(chosen);
        };
        remember();
        document.addEventListener('presenting', remember);
    };

    // --- Replay ------------------------------------------------------------------------------------------------------

    const calm = matchMedia('(prefers-reduced-motion: reduce)');
    /**
     * A moment of a run in words, as finely as a run that took `end` seconds asks for.
     *
     * @param {number} seconds
     * @param {number} end
     */
    const shown = (seconds, end) =>
        end >= 1 ? `${seconds.toFixed(2)} s`
            : end >= 1e-3 ? `${(seconds * 1e3).toFixed(end >= 0.1 ? 0 : 2)} ms`
                : `${Math.round(seconds * 1e6)} µs`;

    /**
     * The speeds to choose from. A run of milliseconds is slowed down until it lasts for some seconds.
     *
     * @param {number} end
     */
    const speeds = (end) => {
        const usual = end >= 0.4 ? 1 : 10 ** Math.floor(Math.log10(end / 1.5));
        return [usual / 10, usual / 4, usual, usual * 2, usual * 5];
    };
    /** @param {number} speed */
    const named = (speed) => `${Number(speed.toPrecision(3))}×`;

    /** A recorded run that can be played again. */
    class Replay {
        /** @param {HTMLElement} figure */
        constructor(figure) {
            /** @type {SVGElement | null} */
            this.svg = figure.querySelector(':scope > svg.timeline');
            const end = Number(this.svg?.dataset.end ?? figure.dataset.wall);
            this.lines = [...figure.querySelectorAll(':scope > .output .line')].map((part) => {
                const line = /** @type {HTMLElement} */ (part);
                return { line, t: Number.parseFloat(find(line, '.t').textContent) };
            });
            this.end = Math.max(end || 0, ...this.lines.map(({ t }) => t));
            this.start = button('Replay', () => this.begin(), 'replay');
            controls(figure).append(this.start);
        }

        /**
         * Whether there is anything to see in time.
         *
         * @param {Element} figure
         */
        static worth(figure) {
            return figure.querySelector(':scope > svg.timeline') !== null
                || figure.querySelectorAll(':scope > .output .line').length > 1;
        }

        begin() {
            this.start.hidden = true;
            new Player(this);
        }

        over() {
            this.start.hidden = false;
            this.start.focus({ preventScroll: true });
        }
    }

    /** A replay that goes on or is held, with what moves it. */
    class Player {
        /** Seconds from the start of the run. */
        t = 0;
        /**
         * There while it plays, and of its own for each play: a frame that was asked for before a short pause must not
         * go on beside the next.
         *
         * @type {object | undefined}
         */
        playing;
        /** @type {HTMLElement | undefined} The last line that is seen. */
        newest;

        /** @param {Replay} replay */
        constructor(replay) {
            const { svg, lines, end } = replay;
            this.replay = replay;
            this.lines = lines;
            this.end = end;
            /** @type {HTMLElement | null | undefined} */
            this.output = lines[0]?.line.closest('.output');
            this.pause = button('Pause', () => this.playing ? this.stop() : this.play(), 'pause');
            this.scrub = element('input', { type: 'range', min: '0', max: '1000', step: '1', value: '0' });
            this.scrub.setAttribute('aria-label', 'Time in the run');
            this.scrub.addEventListener('input', () => {
                this.stop();
                this.goTo(Number(this.scrub.value) / 1000 * this.end);
            });
            this.clock = element('output', { className: 'clock' });
            const choices = speeds(end).map((speed) =>
                element('option', { value: String(speed), textContent: named(speed) }));
            this.speed = element('select', {}, ...choices);
            this.speed.selectedIndex = 2;
            this.speed.setAttribute('aria-label', 'Speed');
            this.panel = element('div', { className: 'replaying' },
                this.pause, this.scrub, this.clock, this.speed, button('Close', () => this.finish(), 'close'));
            replay.start.after(this.panel);
            if (svg) {
                this.views = [this.view(svg, 0, Number(svg.dataset.plot ?? '0'), 0, this.end)];
                const [top, height, from, to] = (svg.dataset.closer ?? '').split(' ').map(Number);
                if (to !== undefined) this.views.push(this.view(svg, top, height, from, to));
            }
            this.goTo(0);
            this.play();
            this.pause.focus({ preventScroll: true });
        }

        /**
         * A part of the picture that shows the run between two moments.
         *
         * @param {SVGElement} svg
         * @param {number} top Pixels.
         * @param {number} height
         * @param {number} from Seconds.
         * @param {number} to
         */
        view(svg, top, height, from, to) {
            const curtain = this.draw(svg, 'rect', { class: 'curtain', y: String(top), height: String(height) });
            const cursor = this.draw(svg, 'line', { class: 'cursor', y1: String(top), y2: String(top + height) });
            return { curtain, cursor, from, to };
        }

        /**
         * @param {SVGElement} svg
         * @param {'rect' | 'line'} name
         * @param {Record<string, string>} attributes
         */
        draw(svg, name, attributes) {
            const part = document.createElementNS(SVG, name);
            for (const [attribute, value] of Object.entries(attributes)) part.setAttribute(attribute, value);
            svg.append(part);
            return part;
        }

        play() {
            if (this.t >= this.end) this.goTo(0);
            const playing = this.playing = {};
            this.pause.textContent = 'Pause';
            let last = performance.now();
            /** @param {number} now */
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

        /**
         * Shows the run as it was at a moment.
         *
         * @param {number} moment Seconds after its start.
         */
        goTo(moment) {
            this.t = Math.min(Math.max(moment, 0), this.end);
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
            this.scrub.value = String(share * 10);
            this.scrub.setAttribute('aria-valuetext', shown(this.t, this.end));
            this.clock.textContent = shown(at, this.end);
            for (const { curtain, cursor, from, to } of this.views ?? []) {
                const seen = to > from ? Math.min(Math.max((at - from) / (to - from), 0), 1) * 100 : 100;
                cursor.setAttribute('x1', `${seen}%`);
                cursor.setAttribute('x2', `${seen}%`);
                curtain.setAttribute('x', `${seen}%`);
                curtain.setAttribute('width', `${100 - seen}%`);
            }
            if (newest && newest !== this.newest) {
                this.newest = newest;
                this.reveal(newest);
            }
        }

        /**
         * Scrolls the output to a line, where it does not show all.
         *
         * @param {HTMLElement} line
         */
        reveal(line) {
            const { output } = this;
            if (!output || output.scrollHeight <= output.clientHeight) return;
            const below = line.offsetTop + line.offsetHeight - output.offsetTop - output.clientHeight;
            output.scrollTop = Math.max(below + 12, 0);
        }

        finish() {
            this.stop();
            for (const { line } of this.lines) line.classList.remove('future');
            for (const { curtain, cursor } of this.views ?? []) {
                curtain.remove();
                cursor.remove();
            }
            this.panel.remove();
            this.replay.over();
        }
    }

    // --- Copy --------------------------------------------------------------------------------------------------------

    /**
     * The program without what draws its timeline: it can be pasted into a project that does not have the library.
     *
     * @param {string} code
     */
    const untraced = (code) => code.split('\n')
        .filter((line) => !/^\s*(#\[timeline::lane\(.*\)\]|use timeline::LaneExt;)$/.test(line))
        .map((line) => ({
            line,
            text: line.replace(/\.(?:lane|waits_for)\((?:"[^"]*"|format(?:_args)?!\((?:[^()"]|"[^"]*")*\)|\w+)\)/g, ''),
        }))
        // Of a line that did nothing else, nothing is left.
        .filter(({ line, text }) => text.trim() !== '' || text === line)
        .map(({ text }) => text)
        .join('\n');

    // Before mdBook's own listener, which would copy every line.
    document.addEventListener('click', (event) => {
        const copy = event.target instanceof Element && event.target.closest('figure.listing .clip-button');
        const code = copy && copy.closest('pre')?.querySelector('code');
        if (!code || !navigator.clipboard || !code.textContent.includes('lane')) return;
        event.stopImmediatePropagation();
        /** @param {string} words */
        const tell = (words) => {
            copy.setAttribute('tooltiptext', words);
            copy.classList.add('tooltipped');
            setTimeout(() => copy.classList.remove('tooltipped'), 1500);
        };
        navigator.clipboard.writeText(untraced(code.textContent)).then(() => tell('Copied!'), () => tell('Not copied'));
    }, { capture: true });

    // --- Sharing -----------------------------------------------------------------------------------------------------

    const PROGRAM = '#program=';
    /** @type {Tools['sharing']} A program in a link: behind the `#`, which no browser sends to a server. */
    const sharing = {
        scratch: 'scratch/main',
        link: (text) => {
            const bytes = [...new TextEncoder().encode(text)].map((byte) => String.fromCharCode(byte));
            const code = btoa(bytes.join('')).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
            return new URL(PROGRAM + code, location.href).href;
        },
        take: () => {
            if (!location.hash.startsWith(PROGRAM)) return undefined;
            const code = location.hash.slice(PROGRAM.length).replaceAll('-', '+').replaceAll('_', '/');
            // Taken once: what the reader makes of it is not lost when the page is loaded again.
            history.replaceState(history.state, '', location.pathname + location.search);
            try {
                const bytes = Uint8Array.from(atob(code), (char) => char.charCodeAt(0));
                return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n');
            } catch {
                return '// The link was cut or changed on its way: ask for it again.\n';
            }
        },
        show: () => {
            const figure = document.querySelector(`figure.listing[data-snippet="${sharing.scratch}"]`);
            const code = figure?.querySelector('code');
            const came = code && sharing.take();
            if (!figure || !code || came === undefined) return;
            code.textContent = came;
            figure.append(element('p', { className: 'status came', textContent:
                'This program came with a link. To run it, open the link where cargo workbook serve runs on your machine.' }));
        },
    };

    // --- By keyboard, and by ear --------------------------------------------------------------------------------------

    // mdBook does not say that its bar is the page's head, and its first button is the label of a hidden box, which no
    // key reaches.
    document.getElementById('mdbook-menu-bar')?.setAttribute('role', 'banner');
    const label = document.getElementById('mdbook-sidebar-toggle');
    const box = document.getElementById('mdbook-sidebar-toggle-anchor');
    if (label && box instanceof HTMLInputElement) {
        const toggle = button('', () => label.click(), label.className);
        toggle.append(...label.childNodes);
        for (const name of ['title', 'aria-label', 'aria-controls']) {
            toggle.setAttribute(name, label.getAttribute(name) ?? '');
        }
        const tell = () => toggle.setAttribute('aria-expanded', String(box.checked));
        box.addEventListener('change', tell);
        tell();
        label.className = 'hidden';
        label.before(toggle);
    }

    // Thirty links and buttons stand before the text.
    const main = document.querySelector('main');
    if (main) {
        main.tabIndex = -1;
        const skip = element('a', { className: 'skip', href: '#mdbook-content', textContent: 'Skip to the text' });
        skip.addEventListener('click', (event) => {
            event.preventDefault();
            main.focus();
            main.scrollIntoView({ block: 'start', behavior: 'instant' });
        });
        document.body.prepend(skip);
    }

    // mdBook takes its bar along on the way up, but when the page goes up in one leap it leaves it in the middle of the
    // window. Asked again, it sees that.
    const bar = document.getElementById('mdbook-menu-bar');
    if (bar) {
        document.addEventListener('scroll', () => {
            if (bar.classList.contains('sticky') || bar.getBoundingClientRect().top <= 0) return;
            if (document.scrollingElement?.scrollTop) document.dispatchEvent(new Event('scroll'));
        }, { passive: true });
    }

    // What is wider than its place is scrolled with the arrow keys, which else would turn the page.
    /** @param {Element} part */
    const isWide = (part) => part.scrollWidth > part.clientWidth;
    const reachable = new ResizeObserver((seen) => {
        for (const { target } of seen) {
            if (isWide(target)) target.setAttribute('tabindex', '0');
            else target.removeAttribute('tabindex');
        }
    });
    for (const part of document.querySelectorAll('pre > code, .table-wrapper')) reachable.observe(part);
    document.addEventListener('keydown', (event) => {
        const sideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
        if (!sideways || !(event.target instanceof Element)) return;
        if (event.target.matches('pre, pre > code, .table-wrapper') && isWide(event.target)) event.stopPropagation();
    }, { capture: true });

    // -----------------------------------------------------------------------------------------------------------------

    /** @param {HTMLElement} figure */
    const offerReplay = (figure) => {
        if (Replay.worth(figure)) new Replay(figure);
    };
    allRuns().forEach(offerReplay);
    // What a class is asked has no answer here.
    for (const question of document.querySelectorAll('fieldset.predict:not(.is-asked)')) {
        if (question instanceof HTMLFieldSetElement) ask(question);
    }

    // --- Progress ----------------------------------------------------------------------------------------------------

    /**
     * What there is to do on a page, kept when it is visited: so the sidebar knows of pages where the reader was.
     *
     * @typedef {{ questions: string[], exercises: string[] }} Todo
     */
    const TODO = 'workbook.todo.';
    const PASSED = 'workbook.passed';
    /** @param {string} path Of a page's address. */
    const slugOf = (path) => (path.split('/').pop() ?? '').replace(/\.html$/, '');

    /** @param {string} slug @returns {Todo | undefined} */
    const todoOf = (slug) => {
        try { return JSON.parse(memory.get(TODO + slug) ?? 'null') ?? undefined; } catch { return undefined; }
    };
    /** @returns {string[]} The exercises that have passed, as the server has said it last. */
    const passed = () => {
        try { return JSON.parse(memory.get(PASSED) ?? '[]'); } catch { return []; }
    };

    /**
     * How much of a page is done. Exercises count where the server has told of any.
     *
     * @param {string} slug
     */
    const doneOf = (slug) => {
        const todo = todoOf(slug);
        if (!todo) return undefined;
        const exercises = memory.get(PASSED) === null ? [] : todo.exercises;
        const have = passed();
        const done = todo.questions.filter((key) => memory.get(key) !== null).length
            + exercises.filter((id) => have.includes(id)).length;
        return { done, of: todo.questions.length + exercises.length };
    };

    /** Says at each page in the sidebar how much of it is done. */
    const tellSidebar = () => {
        /** @type {NodeListOf<HTMLAnchorElement>} */
        const links = document.querySelectorAll('.sidebar a[href$=".html"]');
        for (const link of links) {
            const told = link.querySelector('.done');
            const done = doneOf(slugOf(link.pathname));
            if (!done || done.of === 0 || done.done === 0 || link.hash) {
                told?.remove();
                continue;
            }
            const all = done.done === done.of;
            const share = told ?? link.appendChild(element('span', { className: 'done' }));
            share.textContent = all ? '✓' : `${done.done}/${done.of}`;
            share.setAttribute('title', `${done.done} of ${done.of} questions and exercises done`);
        }
    };

    /** Fills in the page that lists it all. */
    const tellProgress = () => {
        /** @type {NodeListOf<HTMLElement>} */
        const sections = document.querySelectorAll('.progress [data-page]');
        const have = passed();
        for (const section of sections) {
            const todo = todoOf(section.dataset.page ?? '');
            const answered = todo?.questions.filter((key) => memory.get(key) !== null).length ?? 0;
            find(section, '.questions').textContent = todo
                ? `${answered} of ${todo.questions.length} questions answered` : 'not visited yet';
            for (const item of section.querySelectorAll('[data-exercise]')) {
                const isPassed = item instanceof HTMLElement && have.includes(item.dataset.exercise ?? '');
                item.classList.toggle('is-passed', isPassed);
                find(item, '.standing').textContent = isPassed ? '✓ passed' : '';
            }
        }
    };
    const tellAll = () => {
        tellSidebar();
        tellProgress();
    };

    /** @type {Tools['noteProgress']} */
    const noteProgress = (exercises) => {
        const have = exercises.filter(({ standing }) => standing === 'passed').map(({ id }) => id);
        memory.set(PASSED, JSON.stringify(have));
        tellAll();
    };

    /**
     * All that this browser keeps of the reader's answers and edits. Not the key: it is no progress.
     *
     * @returns {string[]}
     */
    const keptKeys = () => {
        try {
            return Object.keys(localStorage).filter((key) => /^workbook\.(predict|edit|todo|passed)/.test(key));
        } catch {
            return [];
        }
    };
    /** @type {Tools['forgetting']} */
    const forgetting = { server: undefined };

    const offerToForget = () => {
        const progress = document.querySelector('.content .progress');
        if (!progress) return;
        const status = element('p', { className: 'status' });
        status.setAttribute('role', 'status');
        const forget = button('Forget all of it', () => {
            buttons.replaceChildren(element('span', { textContent: 'Your answers, your edits on the pages, and which exercises have passed? '
                + 'Your files in practice/ stay.' }), sure, leave);
            sure.focus();
        }, 'forget');
        const done = () => {
            buttons.replaceChildren(forget);
            forget.focus();
        };
        const sure = button('Forget it', async () => {
            for (const key of keptKeys()) memory.forget(key);
            const words = await forgetting.server?.();
            status.textContent = words ?? 'Forgotten.';
            tellAll();
            done();
        }, 'forget-it');
        const leave = button('Keep it', done, 'keep-it');
        const buttons = element('div', { className: 'controls' }, forget);
        progress.after(buttons, status);
    };

    /** mdBook's arrows say only that there is a next page. */
    const nameArrows = () => {
        /** @type {NodeListOf<HTMLAnchorElement>} */
        const arrows = document.querySelectorAll('a.nav-chapters, a.mobile-nav-chapters');
        for (const arrow of arrows) {
            /** @type {NodeListOf<HTMLAnchorElement>} */
            const links = document.querySelectorAll('.sidebar a[href$=".html"]');
            const page = [...links].find((link) => link.pathname === arrow.pathname && !link.hash);
            if (!page) continue;
            const way = arrow.matches('.next') ? 'Next' : 'Previous';
            const name = [...page.childNodes].filter((node) => !(node instanceof HTMLElement && node.matches('.done')))
                .map((node) => node.textContent).join('').trim();
            arrow.title = `${way}: ${name}`;
            arrow.setAttribute('aria-label', arrow.title);
        }
    };

    const keepTodo = () => {
        const questions = [...document.querySelectorAll('fieldset.predict[data-key]')]
            .map((question) => /** @type {HTMLElement} */ (question).dataset.key ?? '');
        const exercises = [...document.querySelectorAll('section.exercise')]
            .map((section) => /** @type {HTMLElement} */ (section).dataset.exercise ?? '');
        const slug = slugOf(location.pathname);
        // All pages at once are none.
        if (slug === 'print' || questions.length + exercises.length === 0) return;
        // In a class there will be more.
        if (document.querySelector('fieldset.is-asked')) return;
        memory.set(TODO + slug, JSON.stringify({ questions, exercises }));
    };
    keepTodo();
    nameArrows();
    offerToForget();
    tellAll();
    document.addEventListener('click', (event) => {
        const answers = event.target instanceof Element && event.target.closest('fieldset.predict button');
        if (answers) tellSidebar();
    });

    const { currentScript } = document;
    const source = currentScript instanceof HTMLScriptElement ? currentScript.src : location.href;
    const assets = new URL('../../assets/', source);

    // --- Presenting --------------------------------------------------------------------------------------------------

    // For a room, section by section. The address asks for it, and what it needs is loaded only then: by a tag, so that
    // it also comes where the pages are files.
    const offerToPresent = () => {
        // Not all pages at once, and not the one for an address where there is none.
        if (slugOf(location.pathname) === 'print' || document.querySelector('base')) return;
        let isAsked = false;
        const load = () => {
            if (isAsked || !isPresented()) return;
            isAsked = true;
            document.head.append(element('script', { src: new URL('present.js', assets).href }));
        };
        const begin = () => { if (!isPresented()) location.hash = PRESENT; };
        const start = button('', begin, 'icon-button present');
        start.title = 'Present this page (p)';
        start.setAttribute('aria-label', 'Present this page');
        start.setAttribute('aria-keyshortcuts', 'p');
        start.innerHTML = '<span class="fa-svg"><svg viewBox="0 0 16 16" aria-hidden="true">'
            + '<path d="M0 1h16v2h-1v8h-5l2 4h-2l-2-4-2 4H4l2-4H1V3H0zm3 2v6h10V3z"/></svg></span>';
        document.querySelector('#mdbook-menu-bar .right-buttons')?.prepend(start);
        document.querySelector('#mdbook-help-popup p:last-child')?.before(
            element('p', {}, 'Press ', element('kbd', { textContent: 'P' }), ' to present this page'));
        document.addEventListener('keydown', (event) => {
            const { key, target } = event;
            if (key !== 'p' || event.altKey || event.ctrlKey || event.metaKey || !(target instanceof Element)) return;
            if (target.closest('.cm-editor, textarea, select, input:not([type="radio"], [type="range"])')) return;
            begin();
        });
        addEventListener('hashchange', load);
        load();
    };
    offerToPresent();

    // Served by `cargo workbook serve`, programs run here: what that needs is loaded only then.
    const served = document.querySelector('meta[name="workbook-server"]')?.getAttribute('content');
    const inClass = served === 'class';
    // A server that has joined a class is the reader's own, too.
    const hasRoom = inClass || served === 'joined';
    if (served) {
        /** @type {Promise<typeof import('./live.js')>} */
        const live = import(new URL('live.js', assets).href);
        /** @type {Tools} */
        const tools = { assets, inClass, element, button, find, controls, memory, session, fingerprint, sharing, ask,
            dressRun: offerReplay, noteProgress, forgetting };
        const door = live.then(({ start }) => start(tools));
        if (hasRoom) {
            /** @type {Promise<typeof import('./class.js')>} */
            const room = import(new URL('class.js', assets).href);
            void Promise.all([room, door]).then(([{ start }, opened]) => start({ ...tools, dressRun: (figure) => {
                offerReplay(figure);
                opened.offerRun(figure);
            } }, opened));
        }
        if (!inClass && document.querySelector('section.exercise, .content .progress')) {
            /** @type {Promise<typeof import('./exercises.js')>} */
            const exercises = import(new URL('exercises.js', assets).href);
            void Promise.all([exercises, door]).then(([{ start }, opened]) => start(tools, opened));
        }
    } else {
        sharing.show();
    }
})();
