// @ts-check
// What an exercise on a page does when `cargo workbook serve` stands behind it: the reader's own file, the same that
// the terminal and any editor have, in the page's editor; Check, Reset, and the picture of what the attempt did.

/** How long after the last key the file is written, and how often it is looked at, in milliseconds. */
const SAVED_AFTER = 500;
const LOOKED_AT_EVERY = 2000;

/** @typedef {typeof import('../../scripts/workbook/page-scripts/editor.js')} EditorModule */

/** What is shown before a test's word: not colour alone tells pass from failure. */
const MARK = { passed: '✓', failed: '✗' };

/** @param {unknown} error */
const wordsOf = (error) => error instanceof Error ? error.message : String(error);

/**
 * @param {Tools} tools
 * @param {Door} door
 */
export function start({ assets, element, button, find, noteProgress, forgetting }, { request, Conflict, offerKey, hasKey }) {
    /** One exercise of the page. */
    class Exercise {
        /** @type {Workplace | undefined} There while it is open. */
        workplace;
        /** @type {Promise<Server.Pictured> | undefined} There once it was asked for. */
        solution;

        /** @param {HTMLElement} section */
        constructor(section) {
            this.section = section;
            this.id = section.dataset.exercise ?? '';
            this.path = `/api/exercises/${this.id}`;
            this.starter = find(section, ':scope > figure.starter');
            this.standing = element('span', { className: 'standing' });
            find(section, ':scope > .about').append(this.standing);
            this.status = element('p', { className: 'status' });
            this.status.setAttribute('role', 'status');
            this.open = button('Solve it here', () => this.begin(), 'solve');
            this.bar = element('div', { className: 'controls' }, this.open);
            this.starter.after(this.bar, this.status);
            this.guardSolution();
        }

        /** @param {string} words */
        stand(words) {
            this.standing.textContent = words === 'new' ? '' : words;
            this.standing.classList.toggle('is-passed', words === 'passed');
            this.section.classList.toggle('is-passed', words === 'passed');
        }

        /**
         * @param {string} words
         * @param {boolean} [bad]
         */
        say(words, bad = false) {
            this.status.classList.toggle('bad', bad);
            if (this.status.textContent !== words) this.status.textContent = words;
        }

        /**
         * @param {unknown} error
         * @param {() => void} again
         */
        fail(error, again) {
            this.say(wordsOf(error), true);
            offerKey(error, this.status, again);
        }

        async begin() {
            this.open.disabled = true;
            try {
                const [editor, file] = await Promise.all([
                    /** @type {Promise<EditorModule>} */ (import(new URL('editor.js', assets).href)),
                    /** @type {Promise<Server.PracticeFile>} */ (request('GET', this.path)),
                ]);
                this.say('');
                this.stand(file.standing);
                this.workplace = new Workplace(this, editor, file);
            } catch (error) {
                this.fail(error, () => this.begin());
            }
            this.open.disabled = false;
        }

        /** Who has not passed asks twice for the solution. */
        guardSolution() {
            const details = this.section.querySelector(':scope > details.solution');
            const summary = details?.querySelector('summary');
            if (!(details instanceof HTMLDetailsElement) || !summary) return;
            const words = summary.textContent;
            let asked = false;
            summary.addEventListener('click', (event) => {
                if (asked || details.open || this.section.classList.contains('is-passed')) return;
                event.preventDefault();
                asked = true;
                summary.textContent = `${words}: open it once more to see it. Have you looked at the hints?`;
            });
            details.addEventListener('toggle', () => {
                if (details.open) summary.textContent = words;
            });
        }

        /**
         * Puts what the `main` of the attempt does at the end of a part of the page, and below it, for comparing, the
         * picture of a solution.
         *
         * @param {Element} host
         */
        async drawBoth(host) {
            await this.draw('attempt', host);
            if (host.isConnected) await this.draw('solution', host);
        }

        /**
         * @param {'attempt' | 'solution'} of
         * @param {Element} host
         */
        async draw(of, host) {
            const place = element('figure', { className: 'picture' });
            const words = of === 'attempt' ? 'What your main does' : 'What a solution’s main does';
            place.append(element('figcaption', { textContent: `${words}: it runs …` }));
            host.append(place);
            try {
                const { svg, output, words: ending } = await this.pictured(of);
                const caption = element('figcaption', { textContent: ending ? `${words}; it ${ending}` : words });
                place.replaceChildren(caption);
                // What a solution prints is seen in the terminal; here it is about the picture.
                if (of === 'solution' && !svg) place.remove();
                if (of === 'attempt' && output.length > 0) {
                    const pre = element('pre', { className: 'output', tabIndex: 0, textContent: output.join('\n') });
                    pre.setAttribute('role', 'group');
                    pre.setAttribute('aria-label', 'What it printed');
                    place.append(pre);
                }
                // The server draws: a figure of its own making, with every name in it escaped.
                if (svg) place.append(Object.assign(element('div'), { innerHTML: svg }));
            } catch (error) {
                place.replaceChildren(element('figcaption', { textContent: `${words}: ${wordsOf(error)}` }));
            }
        }

        /**
         * A solution is run once: it is the same each time.
         *
         * @param {'attempt' | 'solution'} of
         * @returns {Promise<Server.Pictured>}
         */
        pictured(of) {
            const ask = () => request('POST', `${this.path}/picture`, { of });
            if (of === 'attempt') return ask();
            this.solution ??= ask().catch((error) => {
                this.solution = undefined;
                throw error;
            });
            return this.solution;
        }
    }

    /** An exercise that is being solved: its editor, which is the reader's file, and what the last try showed. */
    class Workplace {
        /** Whether the page has what is not in the file yet. */
        dirty = false;
        /** @type {ReturnType<typeof setTimeout> | undefined} */
        timer;
        /** @type {Promise<boolean>} The last write, which comes before the next. */
        saving = Promise.resolve(true);
        /** Another has written the file, and the reader has not said yet which of the two stays. */
        inConflict = false;
        checking = false;

        /**
         * @param {Exercise} exercise
         * @param {EditorModule} editor
         * @param {Server.PracticeFile} file
         */
        constructor(exercise, editor, file) {
            this.exercise = exercise;
            this.version = file.version;
            const { starter, bar, open } = exercise;
            this.area = element('div', { className: 'editor' });
            this.area.addEventListener('keydown', (event) => {
                event.stopPropagation();
                if (event.key === 'Escape' && !event.defaultPrevented) this.check.focus();
            });
            this.check = button('Check', () => this.tryIt(), 'check');
            this.reset = button('Reset', () => this.askReset(), 'reset');
            this.close = button('Close', () => this.leave(), 'close');
            const where = element('span', { className: 'hint' }, 'Ctrl-Enter checks it. This is ',
                element('code', { textContent: file.file }), ': your editor may have it open, too.');
            this.parts = [this.check, this.reset, this.close, where];
            open.hidden = true;
            starter.hidden = true;
            starter.after(this.area);
            bar.append(...this.parts);
            this.results = element('div', { className: 'results' });
            exercise.status.after(this.results);
            this.editor = editor.open(this.area, {
                text: file.text,
                label: `Your solution of ${exercise.id}`,
                change: () => this.changed(),
                run: () => this.tryIt(),
            });
            if (exercise.section.dataset.kind === 'draw') void exercise.draw('solution', this.results);
            this.editor.focus();
            this.looking = setInterval(() => this.look(), LOOKED_AT_EVERY);
            this.leaving = () => this.dirty && void this.save();
            addEventListener('pagehide', this.leaving);
        }

        changed() {
            if (this.replacing) return;
            this.dirty = true;
            clearTimeout(this.timer);
            if (!this.inConflict) this.timer = setTimeout(() => this.save(), SAVED_AFTER);
        }

        /** Writes the file. Gives whether the page and the file are the same then. */
        save() {
            clearTimeout(this.timer);
            this.saving = this.saving.then(() => this.write());
            return this.saving;
        }

        async write() {
            if (!this.dirty) return !this.inConflict;
            const text = this.editor.text();
            try {
                this.dirty = false;
                const { version } = await request('PUT', this.exercise.path, { text, version: this.version });
                this.version = version;
                return true;
            } catch (error) {
                this.dirty = true;
                if (error instanceof Conflict) this.conflict(/** @type {Server.Conflict} */ (error.answer));
                else this.exercise.fail(error, () => this.save());
                return false;
            }
        }

        /** Takes over what another has written, unless the page has something of its own. */
        async look() {
            if (document.hidden || this.dirty || this.inConflict || this.checking) return;
            try {
                /** @type {Server.PracticeFile} */
                const file = await request('GET', this.exercise.path);
                this.exercise.stand(file.standing);
                if (file.version === this.version) return;
                if (this.dirty) return;
                this.take(file);
                this.exercise.say('Taken over from your file: it was changed elsewhere.');
            } catch { /* It is looked at again. */ }
        }

        /** @param {{ text: string, version: string }} file */
        take({ text, version }) {
            this.replacing = true;
            this.editor.replace(text);
            this.replacing = false;
            this.editor.mark([]);
            this.version = version;
            this.dirty = false;
        }

        /** @param {Server.Conflict} theirs */
        conflict(theirs) {
            if (this.inConflict) return;
            this.inConflict = true;
            const { exercise } = this;
            exercise.say(`${theirs.error}. Nothing is lost: which of the two is to stay?`, true);
            /** @param {() => void} then */
            const settle = (then) => () => {
                choice.remove();
                this.inConflict = false;
                exercise.say('');
                then();
                this.editor.focus();
            };
            const choice = element('div', { className: 'controls conflict' },
                button('Keep mine', settle(() => {
                    this.version = theirs.version;
                    this.dirty = true;
                    void this.save();
                }), 'mine'),
                button('Take that one', settle(() => this.take(theirs)), 'theirs'));
            exercise.status.after(choice);
        }

        async tryIt() {
            if (this.checking) return;
            const { exercise } = this;
            this.checking = true;
            this.check.disabled = true;
            this.editor.mark([]);
            exercise.say('compiles and runs the tests …');
            try {
                if (!(await this.save())) return;
                /** @type {Server.Tried} */
                const tried = await request('POST', `${exercise.path}/check`, {});
                exercise.stand(tried.standing);
                void lookIfItMay();
                this.show(tried);
                // The first try writes the file.
                const file = /** @type {Server.PracticeFile} */ (await request('GET', exercise.path));
                if (!this.dirty) this.version = file.version;
            } catch (error) {
                exercise.fail(error, () => this.tryIt());
            } finally {
                this.checking = false;
                this.check.disabled = false;
            }
        }

        /** @param {Server.Tried} tried */
        show({ verdict, words, compiler, tests, seconds }) {
            const { exercise, results } = this;
            const passed = verdict === 'passed';
            exercise.say(`${passed ? MARK.passed : MARK.failed} ${words} (${seconds.toFixed(1)} s)`, !passed);
            this.editor.mark(compiler);
            const first = compiler.find((remark) => remark.level === 'error' && remark.line);
            if (first) this.editor.goTo(first.line, first.column);
            results.replaceChildren();
            if (compiler.length > 0) {
                const said = compiler.map((remark) => remark.rendered.trimEnd() || remark.message).join('\n\n');
                results.append(this.pre('output compiler', 'What the compiler says', said));
            }
            if (tests.length > 0) {
                results.append(element('ul', { className: 'tests' }, ...tests.map((test) => this.test(test))));
                void exercise.drawBoth(results);
            }
            if (passed) {
                const solution = exercise.section.querySelector(':scope > details.solution');
                if (solution instanceof HTMLDetailsElement && !solution.open) {
                    results.append(button('Compare with the solution', () => {
                        solution.open = true;
                        solution.querySelector('summary')?.focus();
                    }, 'compare'));
                }
            }
        }

        /** @param {Server.TriedTest} test */
        test({ name, verdict, explained, output }) {
            const well = verdict === 'passes';
            const item = element('li', { className: well ? 'passes' : 'fails' },
                element('span', { className: 'mark', textContent: well ? MARK.passed : MARK.failed }),
                element('span', { className: 'verdict', textContent: verdict }),
                element('code', { textContent: name }));
            if (explained.length > 0) item.append(this.pre('output', `Why ${name} ${verdict}`, explained.join('\n')));
            if (!well && output.length > 0) {
                item.append(element('details', {}, element('summary', { textContent: 'What it printed' }),
                    this.pre('output', 'What it printed', output.join('\n'))));
            }
            return item;
        }

        /**
         * @param {string} className
         * @param {string} label
         * @param {string} textContent
         */
        pre(className, label, textContent) {
            const pre = element('pre', { className, tabIndex: 0, textContent });
            pre.setAttribute('role', 'group');
            pre.setAttribute('aria-label', label);
            return pre;
        }

        askReset() {
            const { exercise } = this;
            exercise.say('The file becomes the starter again. What is in it now is kept beside it.');
            const away = () => choice.remove();
            const choice = element('div', { className: 'controls sure' },
                button('Begin anew', () => { away(); void this.beginAnew(); }, 'begin-anew'),
                button('Leave it', () => { away(); exercise.say(''); this.reset.focus(); }, 'leave-it'));
            exercise.status.after(choice);
            find(choice, 'button').focus();
        }

        async beginAnew() {
            const { exercise } = this;
            try {
                // What was typed last is kept as well.
                if (!(await this.save())) return;
                /** @type {Server.PracticeFile} */
                const file = await request('POST', `${exercise.path}/reset`, {});
                this.take(file);
                this.results.replaceChildren();
                exercise.say('The file is the starter again.');
                this.editor.focus();
            } catch (error) {
                exercise.fail(error, () => this.beginAnew());
            }
        }

        async leave() {
            if (this.dirty && !(await this.save())) return;
            const { exercise } = this;
            clearInterval(this.looking);
            removeEventListener('pagehide', this.leaving);
            this.editor.close();
            this.area.remove();
            this.results.remove();
            for (const part of this.parts) part.remove();
            exercise.starter.hidden = false;
            exercise.open.hidden = false;
            exercise.say('');
            exercise.workplace = undefined;
            exercise.open.focus({ preventScroll: true });
        }
    }

    /** @type {NodeListOf<HTMLElement>} */
    const sections = document.querySelectorAll('section.exercise');
    const exercises = [...sections].map((section) => new Exercise(section));
    const look = async () => {
        /** @type {Server.Progress} */
        const { exercises: all } = await request('GET', '/api/progress');
        for (const { id, standing } of all) exercises.find((it) => it.id === id)?.stand(standing);
        noteProgress(all);
    };
    const lookIfItMay = () => look().catch(() => { /* Without the key nobody sees how far the reader is. */ });
    forgetting.server = () => request('POST', '/api/progress/forget', {}).then(look).then(() => undefined, wordsOf);
    if (hasKey()) void lookIfItMay();
}
