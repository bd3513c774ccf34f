// @ts-check
// What a page does when `cargo workbook serve` stands behind it: its programs run on this machine, as they are or as
// the reader has changed them, and what they show comes line by line.

/**
 * Where a run is, from the press of Run until it is cleared from the page.
 *
 * @typedef {'idle' | 'asking' | 'queued' | 'compiling' | 'running' | 'stopping' | 'over'} Phase
 */

/**
 * Where a run can go from where it is. What is not listed here is news that comes too late, and changes nothing.
 * Besides, whatever it does, it can be cleared, and then is idle.
 *
 * @type {Record<Phase, readonly Phase[]>}
 */
const NEXT = {
    idle: ['asking'],
    asking: ['queued', 'compiling', 'running', 'stopping', 'over'],
    queued: ['queued', 'compiling', 'running', 'stopping', 'over'],
    compiling: ['running', 'stopping', 'over'],
    running: ['stopping', 'over'],
    stopping: ['over'],
    over: [],
};

/**
 * What the page makes of an end: whether the program ran to it, and whether that is good.
 *
 * @type {Record<Server.EndKind, { ran: boolean, well: boolean }>}
 */
const ENDS = {
    ok: { ran: true, well: true },
    bad: { ran: true, well: false },
    stopped: { ran: false, well: false },
    refused: { ran: false, well: false },
    accepted: { ran: false, well: false },
};

/**
 * What is said of a claim, with what was seen.
 *
 * @type {Record<Server.ClaimVerdict, (saw: string) => string>}
 */
const VERDICTS = {
    'held': () => 'holds',
    'failed': (saw) => `does not hold: ${saw}`,
    'not-checked': (saw) => `not checked: ${saw}`,
};

/** Lines of output that are kept on the page: a program may print without end. */
const KEPT = 2000;

/** Earlier runs of a program that stay beside the newest, so that their order can be compared. */
const EARLIER = 2;

/**
 * Whether a program reads its standard input.
 *
 * @param {string} source
 */
const readsInput = (source) => /\bstdin\s*\(/.test(source.replaceAll(/\/\/.*$/gm, ''));

/**
 * Whether a line of the compiler's shows code, or points at it from below. All others are words, and may be broken where
 * they are too long. The tool tells them apart in the same way in what is recorded, in `site/render.rs`.
 *
 * @param {string} line
 */
const quotesCode = (line) => /^\s*(\d*\s*\||\.\.\.$|$)/.test(line);

/**
 * Where a server's key is kept. It comes with the address that the terminal shows, and no page has it. The teacher of a
 * class has another.
 */
const KEYS = { reader: 'workbook.key', teacher: 'workbook.teacher' };

/** The server wants its key, and was given none, or another. */
class KeyWanted extends Error {
    /** @param {string} key */
    constructor(key) {
        const why = key ? 'The key that this browser has is not that of this server' : 'Programs run for who has the key';
        super(`${why}. Open the whole address that cargo workbook serve shows in its terminal, or paste it here.`);
    }
}

/** Somebody else has written meanwhile what was to be written. */
class Conflict extends Error {
    /** @param {Server.Failure} answer */
    constructor(answer) {
        super(answer.error);
        this.answer = answer;
    }
}

/** @param {unknown} error */
const wordsOf = (error) => error instanceof Error ? error.message : String(error);

/** @param {Tools} tools */
export function start({ assets, inClass, element, button, find, controls, memory, fingerprint, sharing }) {
    // --- The key -----------------------------------------------------------------------------------------------------

    const KEY = inClass ? KEYS.teacher : KEYS.reader;
    /** For this visit, where the browser keeps nothing. */
    let given = '';

    /**
     * Takes the key from an address that has one, or from the key alone.
     *
     * @param {string} text
     */
    const takeKey = (text) => {
        const [, key] = /^(?:.*#key=)?([0-9a-f]{32})$/.exec(text.trim()) ?? [];
        if (!key) return false;
        given = key;
        memory.set(KEY, key);
        return true;
    };

    /** Takes it from this page's address, where it is not to stay: that is shown, and sent to others. */
    const takeKeyFromAddress = () => {
        if (!location.hash.startsWith('#key=')) return;
        takeKey(location.hash);
        history.replaceState(history.state, '', location.pathname + location.search);
    };
    takeKeyFromAddress();
    addEventListener('hashchange', takeKeyFromAddress);

    /**
     * Asks the server for something, and gives what it answers.
     *
     * @param {string} method
     * @param {string} path
     * @param {object} [body]
     */
    const request = async (method, path, body) => {
        const response = await fetch(path, {
            method,
            headers: { 'X-Workbook-Key': memory.get(KEY) ?? given, ...(body && { 'Content-Type': 'application/json' }) },
            body: body && JSON.stringify(body),
        }).catch(() => {
            throw new Error('the server does not answer: is cargo workbook serve still running?');
        });
        if (response.ok) return response.status === 204 ? undefined : response.json();
        /** @type {Server.Failure} */
        const failure = await response.json().catch(() => ({ error: `the server answered ${response.status}`, help: '' }));
        const { error, help } = failure;
        if (response.status === 409 && 'version' in failure) throw new Conflict(failure);
        if (response.status === 401) throw new KeyWanted(memory.get(KEY) ?? given);
        throw new Error(help ? `${error}. ${help}` : error);
    };

    /** @type {(wanted: Server.Wanted) => Promise<Server.Begun>} */
    const beginRun = (wanted) => request('POST', '/api/runs', wanted);
    /** @type {(id: string) => Promise<void>} */
    const stopRun = (id) => request('DELETE', `/api/runs/${id}`);

    /**
     * Asks for the key, and goes on once there is one.
     *
     * @param {() => void} goOn
     * @param {(words: string) => void} say
     */
    const keyForm = (goOn, say) => {
        const field = element('input', { type: 'text', autocomplete: 'off', spellcheck: false });
        // The page has keys of its own.
        field.addEventListener('keydown', (event) => event.stopPropagation());
        const label = element('label', {}, 'The address with the key: ', field);
        const use = element('button', { type: 'submit', textContent: 'Use it' });
        const form = element('form', { className: 'controls key' }, label, use);
        form.addEventListener('submit', (event) => {
            event.preventDefault();
            if (takeKey(field.value)) goOn();
            else say('This has no key in it: that stands behind #key= in the address that the terminal shows.');
        });
        return form;
    };

    /** @type {Door['offerKey']} */
    const offerKey = (error, status, again) => {
        const there = status.nextElementSibling;
        if (there?.matches('form.key')) there.remove();
        if (!(error instanceof KeyWanted)) return;
        const form = keyForm(() => {
            form.remove();
            again();
        }, (words) => { status.textContent = words; });
        status.after(form);
    };

    // --- Live runs ---------------------------------------------------------------------------------------------------

    /** The place of one run on the page: what it says, when, and how it compares with the recording. */
    class Panel {
        /** @type {HTMLElement | undefined} There from the first line on. */
        output;
        /** @type {HTMLElement | undefined} There from the first picture on. */
        picture;
        /** @type {(Node | string)[]} What the output gets with the browser's next frame. */
        waiting = [];

        /** Whether the program began to run: if not, there is nothing to compare with. */
        ran = false;

        /**
         * @param {Element} host The figure, at whose end it is.
         * @param {Element | undefined} before An earlier run there, which it stands above.
         * @param {() => void} stop
         */
        constructor(host, before, stop) {
            this.status = element('p', { className: 'status' });
            this.status.setAttribute('role', 'status');
            this.stop = button('Stop', stop, 'stop');
            this.head = element('div', { className: 'head' },
                element('span', { className: 'which', textContent: 'On this machine' }), this.status, this.stop);
            this.section = element('section', { className: 'live' }, this.head);
            this.section.setAttribute('aria-label', 'Run on this machine');
            host.insertBefore(this.section, before ?? null);
        }

        /** @param {string} words */
        say(words) {
            if (this.status.textContent !== words) this.status.textContent = words;
        }

        /** @param {Server.Line} line */
        line({ t, stream, text }) {
            this.add(element('span', { className: stream === 'out' ? 'line' : 'line err' },
                element('span', { className: 't', textContent: t.toFixed(3) }), text));
        }

        /** @param {number} lines How many are left out here. */
        cut(lines) {
            this.add(element('span', { className: 'quiet', textContent: `… ${lines.toLocaleString('en')} more lines …` }));
        }

        /**
         * Lines that come at once are put on the page at once.
         *
         * @param {HTMLElement} line
         */
        add(line) {
            if (this.waiting.length === 0) requestAnimationFrame(() => this.flush());
            this.waiting.push(line, '\n');
        }

        flush() {
            if (this.waiting.length === 0) return;
            const output = this.output ??= this.place(this.pre('output', 'Output of this run'), this.picture);
            const atEnd = output.scrollHeight - output.scrollTop - output.clientHeight < 30;
            output.append(...this.waiting);
            this.waiting = [];
            for (let more = output.childNodes.length - 2 * KEPT; more > 0; more--) output.firstChild?.remove();
            if (atEnd) output.scrollTop = output.scrollHeight;
        }

        /**
         * @param {string} className
         * @param {string} label
         * @param {...(Node | string)} children
         */
        pre(className, label, ...children) {
            const pre = element('pre', { className, tabIndex: 0 }, ...children);
            pre.setAttribute('role', 'group');
            pre.setAttribute('aria-label', label);
            return pre;
        }

        /**
         * Puts a part at the end, or before another.
         *
         * @param {HTMLElement} part
         * @param {HTMLElement} [before]
         */
        place(part, before) {
            this.section.insertBefore(part, before ?? null);
            return part;
        }

        /**
         * The server draws: what comes is a figure of its own making, with every name in it escaped.
         *
         * @param {string | null} svg
         */
        draw(svg) {
            if (!svg) return;
            this.picture ??= this.place(element('div', { className: 'picture' }));
            this.picture.innerHTML = svg;
        }

        /** @param {string} words What the reader should know of this run besides. */
        note(words) {
            this.place(element('p', { className: 'note', textContent: words }), this.output ?? this.picture);
        }

        /** @param {Server.End} end */
        conclude({ kind, help, svg, compiler, figures, claims }) {
            this.flush();
            if (help) this.note(help);
            this.draw(svg);
            if (compiler.length > 0) this.compiler(compiler);
            if (ENDS[kind].ran && !this.output) {
                const nothing = element('span', { className: 'quiet', textContent: '(it prints nothing)' });
                this.output = this.place(this.pre('output', 'Output of this run', nothing), this.picture);
            }
            this.figures(figures);
            this.claims(claims);
        }

        /** @param {Server.Remark[]} remarks */
        compiler(remarks) {
            const words = remarks.map((remark) => remark.rendered.trimEnd() || remark.message).join('\n\n');
            const lines = words.split('\n').flatMap((line) => ['\n', quotesCode(line) ? line
                : element('span', { className: 'words', textContent: line })]);
            const pre = this.pre('output compiler', 'What the compiler says', ...lines.slice(1));
            this.place(pre, this.output ?? this.picture);
        }

        /** @param {Server.Figure[]} figures */
        figures(figures) {
            const known = figures.filter(({ now }) => now !== null);
            if (known.length === 0) return;
            const recorded = known.some((figure) => figure.recorded !== null);
            const heads = [...(recorded ? ['recorded'] : []), 'this run'].map((textContent) =>
                element('th', { scope: 'col', textContent }));
            const rows = known.map((figure) => {
                const cells = [...(recorded ? [figure.recorded] : []), figure.now];
                return element('tr', {}, element('th', { scope: 'row', textContent: figure.name }),
                    ...cells.map((text) => element('td', { textContent: text ?? '' })));
            });
            const head = element('thead', {}, element('tr', {}, element('td'), ...heads));
            const table = element('table', {}, head, element('tbody', {}, ...rows));
            this.place(element('div', { className: 'table-wrapper' }, table));
        }

        /**
         * Whether this machine agrees with what the book claims.
         *
         * @param {Server.Claim[]} claims
         */
        claims(claims) {
            if (claims.length === 0) return;
            const failed = claims.filter(({ verdict }) => verdict === 'failed').length;
            const summary = failed === 0
                ? `This run shows what the book claims (${claims.length} of ${claims.length})`
                : `This run differs from what the book claims (${failed} of ${claims.length})`;
            const items = claims.map(({ claim, verdict, saw }) =>
                element('li', { className: verdict },
                    element('code', { textContent: claim }), ` ${VERDICTS[verdict](saw)}`));
            this.place(element('details', { className: 'claims', open: failed > 0 },
                element('summary', { textContent: summary }), element('ul', {}, ...items)));
        }

        /**
         * Asks for the key, and goes on once there is one.
         *
         * @param {() => void} goOn
         */
        askForKey(goOn) {
            this.place(keyForm(goOn, (words) => this.say(words)));
        }

        /**
         * There is no more to come.
         *
         * @param {boolean} well
         * @param {() => void} clear
         */
        close(well, clear) {
            this.flush();
            this.status.classList.toggle('bad', !well);
            // At the other end than Stop: who comes too late to stop a run does not clear it.
            this.clear = button('Clear', clear, 'clear');
            this.head.append(this.clear);
        }

        /** There is a newer run: this one stays below it, to compare with. */
        shelve() {
            const parts = [...this.section.children].filter((part) => part !== this.head);
            const summary = element('summary', { textContent: `An earlier run: ${this.status.textContent}` });
            const shelf = element('details', { open: true }, summary, ...parts);
            this.section.classList.add('earlier');
            this.section.setAttribute('aria-label', 'Earlier run on this machine');
            this.section.replaceChildren(shelf);
        }

        remove() {
            this.section.remove();
        }
    }

    /**
     * One run, from the press of Run on.
     *
     * @typedef {object} Run
     * @property {Panel} panel
     * @property {(remarks: Server.Remark[]) => void} compiled Hears in the end what the compiler says.
     * @property {string} [id] There once the server has answered.
     * @property {EventSource} [source] Likewise.
     */

    /**
     * Says of the recorded runs of a program which they are: there is another beside them now.
     *
     * @param {string} snippet
     */
    const tellRecorded = (snippet) => {
        for (const figure of document.querySelectorAll(`figure.run[data-snippet="${CSS.escape(snippet)}"]`)) {
            if (figure.querySelector(':scope > .which')) continue;
            figure.prepend(element('p', { className: 'which', textContent: 'As the book recorded it' }));
        }
    };

    /** The live runs of one program, one after another: there is one at a time. */
    class Live {
        /** @type {Phase} */
        phase = 'idle';
        /** @type {Run | undefined} What is on the page; nothing while idle. */
        run;
        /** @type {Panel[]} Runs before that one, the newest first. */
        earlier = [];

        /**
         * @param {HTMLElement} host The figure.
         * @param {string} snippet
         * @param {HTMLButtonElement} trigger The button that begins a run, and does nothing while one goes on.
         */
        constructor(host, snippet, trigger) {
            this.host = host;
            this.snippet = snippet;
            this.trigger = trigger;
        }

        /** From the press of the button on, and not only when the server has answered. */
        get isBusy() {
            return this.phase !== 'idle' && this.phase !== 'over';
        }

        /**
         * Goes on to a phase, and says so; or does nothing, and says that, where there is no way to it.
         *
         * @param {Exclude<Phase, 'idle'>} phase
         * @param {string} words
         */
        become(phase, words) {
            if (!NEXT[this.phase].includes(phase)) return false;
            this.phase = phase;
            this.show();
            this.run?.panel.say(words);
            return true;
        }

        /** Shows which of the buttons are of use now. */
        show() {
            // It keeps the focus, and does not say another thing under the same finger.
            this.trigger.setAttribute('aria-disabled', String(this.isBusy));
            const stop = this.run?.panel.stop;
            if (!stop) return;
            const hadFocus = document.activeElement === stop;
            stop.hidden = !this.isBusy || this.phase === 'stopping';
            if (hadFocus && stop.hidden) this.trigger.focus({ preventScroll: true });
        }

        /** Takes all its runs from the page. */
        clear() {
            this.run?.source?.close();
            for (const panel of [this.run?.panel, ...this.earlier]) panel?.remove();
            this.run = undefined;
            this.earlier = [];
            this.phase = 'idle';
            this.show();
        }

        /** Makes room for the next run: the last one stays below it, if there was something to see. */
        shelve() {
            const panel = this.run?.panel;
            this.run = undefined;
            this.phase = 'idle';
            if (!panel) return;
            if (!panel.ran) return panel.remove();
            panel.shelve();
            this.earlier.unshift(panel);
            for (const old of this.earlier.splice(EARLIER)) old.remove();
        }

        /**
         * @param {{ source?: string }} changed
         * @param {Run['compiled']} [compiled]
         */
        async begin(changed, compiled = () => {}) {
            if (this.isBusy) return;
            this.shelve();
            const panel = new Panel(this.host, this.earlier[0]?.section, () => this.stop());
            /** @type {Run} */
            const run = this.run = { panel, compiled };
            tellRecorded(this.snippet);
            this.become('asking', 'asks for a run');
            if (changed.source && readsInput(changed.source)) {
                panel.note('Programs get no input here: what reads the standard input comes to its end at once.');
            }
            try {
                const { id } = await beginRun({ snippet: this.snippet, ...changed });
                if (this.run !== run) {
                    // The reader has cleared it meanwhile.
                    await stopRun(id);
                    return;
                }
                run.id = id;
                this.listen(run, id);
                if (this.phase === 'stopping') await stopRun(id);
            } catch (error) {
                this.end(run, wordsOf(error), false);
                if (error instanceof KeyWanted && this.run === run) {
                    run.panel.askForKey(() => this.begin(changed, compiled));
                }
            }
        }

        async stop() {
            const { run } = this;
            if (!run || !this.become('stopping', 'stops')) return;
            // Where the server has not answered yet, it is stopped as soon as it has.
            if (run.id) await stopRun(run.id).catch((error) => this.end(run, wordsOf(error), false));
        }

        /**
         * @param {Run} run
         * @param {string} id
         */
        listen(run, id) {
            const source = run.source = new EventSource(`/api/runs/${id}/events`);
            /**
             * @template {keyof Server.Events} Name
             * @param {Name} name
             * @param {(data: Server.Events[Name]) => void} hear
             */
            const on = (name, hear) => source.addEventListener(name, ({ data }) => hear(JSON.parse(data)));
            on('queued', (wait) => this.become('queued', wait.for === 'build'
                ? `waits: ${wait.text}`
                : `waits for its turn: place ${wait.place} of ${wait.of}`));
            on('compiling', () => this.become('compiling', 'compiles'));
            on('start', () => {
                run.panel.ran = true;
                this.become('running', 'runs');
            });
            on('line', (line) => run.panel.line(line));
            on('cut', ({ lines }) => run.panel.cut(lines));
            on('lane', ({ svg }) => run.panel.draw(svg));
            on('end', (end) => {
                run.panel.conclude(end);
                run.compiled(end.compiler);
                this.end(run, end.words || 'done', ENDS[end.kind].well);
            });
            on('failed', ({ error, help }) => this.end(run, help ? `${error}\n${help}` : error, false));
            source.onerror = () => this.end(run, 'the connection to the server was lost', false);
        }

        /**
         * @param {Run} run Which may not be on the page any more.
         * @param {string} words
         * @param {boolean} well
         */
        end(run, words, well) {
            if (run !== this.run || !this.become('over', words)) return;
            run.source?.close();
            run.panel.close(well, () => {
                this.clear();
                this.trigger.focus({ preventScroll: true });
            });
        }
    }

    // --- Run ---------------------------------------------------------------------------------------------------------

    /** @param {HTMLElement} figure */
    const offerRun = (figure) => {
        const run = button('Run', () => live.begin({}), 'run-live');
        const live = new Live(figure, figure.dataset.snippet ?? '', run);
        controls(figure).prepend(run);
    };
    /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('figure.run[data-snippet]')).forEach(offerRun);

    // --- Edit --------------------------------------------------------------------------------------------------------

    /** @typedef {typeof import('../../scripts/workbook/page-scripts/editor.js')} EditorModule */

    /** One program that the reader may change. What was changed is kept under its name, until Reset. */
    class Edit {
        /** @type {HTMLElement | undefined} There from the first word that it tells. */
        note;
        /** @type {Desk | undefined} There while the editor is open. */
        desk;

        /** @param {HTMLElement} figure */
        constructor(figure) {
            this.figure = figure;
            this.snippet = figure.dataset.snippet ?? '';
            this.key = `workbook.edit.${this.snippet}`;
            this.block = find(figure, ':scope > pre, :scope > div');
            this.open = button('', () => this.onOpen(), 'edit');
            find(figure, 'figcaption').append(this.open);
            this.label();
        }

        /** What is done when the reader opens the editor. */
        onOpen = () => this.begin();

        /** @returns {{ source: string, base: string } | null} */
        get kept() {
            try { return JSON.parse(memory.get(this.key) ?? 'null'); } catch { return null; }
        }

        label() {
            this.open.textContent = this.kept ? 'Edit (yours is kept)' : 'Edit';
        }

        /** @param {boolean} [quietly] Whether the reader did not ask for it, and is elsewhere on the page. */
        async begin(quietly = false) {
            this.open.disabled = true;
            try {
                const [editor, response] = await Promise.all([
                    /** @type {Promise<EditorModule>} */ (import(new URL('editor.js', assets).href)),
                    fetch(`/api/source/${this.snippet}`),
                ]);
                if (!response.ok) throw new Error(`the program could not be read (${response.status})`);
                const original = (await response.text()).replaceAll('\r\n', '\n');
                this.desk = new Desk(this, editor, original);
                if (!quietly) this.desk.editor.focus();
            } catch (error) {
                this.open.title = wordsOf(error);
                this.tell(wordsOf(error));
            }
            this.open.disabled = false;
        }

        /** @param {string} words */
        tell(words) {
            this.note ??= this.figure.appendChild(element('p', { className: 'status bad' }));
            this.note.setAttribute('role', 'alert');
            this.note.textContent = words;
            this.note.hidden = !words;
        }
    }

    /** The open editor of a program, in its place, with its buttons and its runs. */
    class Desk {
        /**
         * @param {Edit} edit
         * @param {EditorModule} editor
         * @param {string} original The program as the book has it.
         */
        constructor(edit, editor, original) {
            const { kept, figure, snippet } = edit;
            this.edit = edit;
            this.original = original;
            edit.tell('');
            this.area = element('div', { className: 'editor' });
            // The page has keys of its own, s and / and the arrows among them. Here they are the program's.
            this.area.addEventListener('keydown', (event) => {
                event.stopPropagation();
                if (event.key === 'Escape' && !event.defaultPrevented) this.run.focus();
            });
            this.run = button('Run', () => this.start(), 'run-edit');
            this.reset = button('Reset', () => this.forget(), 'reset');
            this.bar = element('div', { className: 'controls desk' },
                this.run, this.reset, button('Close', () => this.close(), 'close'),
                element('span', { className: 'hint', textContent: 'Ctrl-Enter runs it' }));
            edit.block.hidden = true;
            edit.open.hidden = true;
            edit.block.after(this.area, this.bar);
            this.live = new Live(figure, snippet, this.run);
            this.editor = editor.open(this.area, {
                text: kept?.source ?? original,
                // Not by its name, which may be an answer.
                label: 'The program',
                change: (text) => this.keep(text),
                run: () => this.start(),
            });
            if (kept && kept.base !== fingerprint(original)) {
                edit.tell('The book’s program has changed since you edited yours. Reset shows the new one.');
            }
            this.reset.disabled = !kept;
            // Another tab with the same program: what is typed there is typed here, and nothing is overwritten.
            this.elsewhere = (/** @type {StorageEvent} */ { key }) => key === edit.key && this.follow();
            addEventListener('storage', this.elsewhere);
        }

        follow() {
            const text = this.edit.kept?.source ?? this.original;
            if (text === this.editor.text()) return;
            this.following = true;
            this.editor.replace(text);
            this.following = false;
            this.reset.disabled = text === this.original;
            this.edit.tell('Taken over from another tab, where this program was edited.');
        }

        /** @param {string} text */
        keep(text) {
            if (this.following) return;
            if (text === this.original) memory.forget(this.edit.key);
            else memory.set(this.edit.key, JSON.stringify({ source: text, base: fingerprint(this.original) }));
            this.reset.disabled = text === this.original;
        }

        start() {
            if (this.live.isBusy) return;
            const source = this.editor.text();
            this.editor.mark([]);
            return this.live.begin(source === this.original ? {} : { source }, (remarks) => {
                this.editor.mark(remarks);
                const first = remarks.find((remark) => remark.line);
                if (first?.level === 'error') this.editor.goTo(first.line, first.column);
            });
        }

        forget() {
            this.editor.replace(this.original);
            memory.forget(this.edit.key);
            this.editor.mark([]);
            this.live.clear();
            this.edit.tell('');
            this.reset.disabled = true;
            this.editor.focus();
        }

        close() {
            const { edit } = this;
            removeEventListener('storage', this.elsewhere);
            this.live.clear();
            this.editor.close();
            this.area.remove();
            this.bar.remove();
            for (const part of edit.figure.querySelectorAll(':scope > .sharing, :scope > .came')) part.remove();
            edit.tell('');
            edit.desk = undefined;
            edit.block.hidden = false;
            edit.open.hidden = false;
            edit.label();
            edit.open.focus({ preventScroll: true });
        }
    }

    // --- Scratch -----------------------------------------------------------------------------------------------------

    /** What the reader had written each time that a program came with a link, as JSON, the latest last. */
    const MINE = 'workbook.scratch.mine';
    /** Which program came with a link last: that is not the reader's own. */
    const CAME = 'workbook.scratch.came';

    /** The page for trying anything: its program is open at once, and can be sent to others in a link. */
    class Scratch {
        /** @type {Promise<Desk | undefined> | undefined} There while the editor is being opened. */
        opening;

        /** @param {Edit} edit */
        constructor(edit) {
            this.edit = edit;
            this.note = element('p', { className: 'status came' });
            this.note.setAttribute('role', 'status');
            edit.onOpen = () => this.arrive().then(() => edit.desk?.editor.focus());
            this.arrive();
            addEventListener('hashchange', () => this.arrive());
        }

        /** Opens the editor, and puts into it what came with the address. It is never run from here. */
        async arrive() {
            const came = sharing.take();
            const desk = this.edit.desk ?? await this.open();
            if (desk && came !== undefined && came !== desk.editor.text()) {
                this.keepMine([...this.mine, ...this.own(desk)]);
                memory.set(CAME, fingerprint(came));
                desk.editor.replace(came);
            }
            this.tell();
        }

        /** Opens the editor, once for all who ask at the same time. */
        open() {
            this.opening ??= this.edit.begin(true).then(() => {
                const { desk } = this.edit;
                desk?.reset.after(button('Share', () => this.share(desk), 'share'));
                this.opening = undefined;
                return desk;
            });
            return this.opening;
        }

        /** Says whose program it is, and where the reader's own is. */
        tell() {
            const { desk } = this.edit;
            const hasMine = this.mine.length > 0;
            if (!desk) return;
            const isOfOthers = fingerprint(desk.editor.text()) === memory.get(CAME);
            this.note.replaceChildren(
                isOfOthers ? 'This program came with a link. Read it before you run it: it can do whatever you can do. ' : '',
                hasMine ? 'Yours is kept. ' : '');
            if (hasMine) this.note.append(button('Bring mine back', () => this.bringBack(desk), 'mine'));
            this.note.hidden = !this.note.textContent;
            desk.area.before(this.note);
        }

        /** @returns {string[]} */
        get mine() {
            try { return JSON.parse(memory.get(MINE) ?? '[]'); } catch { return []; }
        }

        /** @param {string[]} programs */
        keepMine(programs) {
            if (programs.length > 0) memory.set(MINE, JSON.stringify(programs));
            else memory.forget(MINE);
        }

        /**
         * What is in the editor, if the reader has written it.
         *
         * @param {Desk} desk
         */
        own(desk) {
            const text = desk.editor.text();
            return text === desk.original || fingerprint(text) === memory.get(CAME) ? [] : [text];
        }

        /** @param {Desk} desk */
        bringBack(desk) {
            const mine = this.mine;
            const last = mine.pop();
            if (last === undefined) return;
            this.keepMine([...this.own(desk), ...mine]);
            desk.editor.replace(last);
            this.tell();
            desk.editor.focus();
        }

        /** @param {Desk} desk */
        async share(desk) {
            const link = sharing.link(desk.editor.text());
            const field = element('input', { type: 'text', readOnly: true, value: link });
            // The page has keys of its own.
            field.addEventListener('keydown', (event) => event.stopPropagation());
            const words = element('span');
            words.setAttribute('role', 'status');
            const form = element('p', { className: 'controls sharing' },
                element('label', {}, 'The program as a link: ', field), words);
            desk.bar.parentElement?.querySelector('.sharing')?.remove();
            desk.bar.after(form);
            field.focus();
            field.select();
            // Another machine's page may not copy, and has no such thing.
            const copied = await navigator.clipboard?.writeText(link).then(() => true, () => false) ?? false;
            words.textContent = copied ? 'copied' : 'copy it from here';
        }
    }

    fetch('/api/health').then((response) => response.json()).then((/** @type {Server.Health} */ { edits }) => {
        if (!edits) return sharing.show();
        /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('figure.listing[data-snippet]'))
            .forEach((figure) => {
                const edit = new Edit(figure);
                if (edit.snippet === sharing.scratch) new Scratch(edit);
            });
    }).catch(() => { /* Without an answer there is nobody to compile an edit. */ });
    const hasKey = () => Boolean(memory.get(KEY) ?? given);
    return { request, Conflict, offerKey, hasKey, offerRun };
}
