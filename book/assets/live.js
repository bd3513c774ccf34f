// What a page does when `cargo workbook serve` stands behind it: its programs run on this machine, as they are or as
// the reader has changed them, and what they show comes line by line.

/** Lines of output that are kept on the page: a program may print without end. */
const KEPT = 2000;

/** What the page makes of each kind of end: whether the program ran to its end, and whether that is good. */
const ENDS = {
    ok: { ran: true, well: true },
    bad: { ran: true, well: false },
    stopped: { ran: false, well: false },
    refused: { ran: false, well: false },
    accepted: { ran: false, well: false },
};

/** What is said of a claim, by the verdict. */
const VERDICTS = {
    held: () => 'holds',
    failed: (saw) => `does not hold: ${saw}`,
    'not-checked': (saw) => `not checked: ${saw}`,
};

export function start({ token, assets, element, button, controls, memory, fingerprint }) {
    const request = async (method, path, body) => {
        const response = await fetch(path, {
            method,
            headers: { 'X-Workbook-Token': token, ...(body && { 'Content-Type': 'application/json' }) },
            body: body && JSON.stringify(body),
        }).catch(() => {
            throw new Error('the server does not answer: is cargo workbook serve still running?');
        });
        if (response.ok) return response.status === 204 ? undefined : response.json();
        const { error, help } = await response.json().catch(() => ({ error: `the server answered ${response.status}` }));
        throw new Error(help ? `${error}. ${help}` : error);
    };

    /** The place for live runs of one program: what they say, when, and how it compares with the recording. */
    class Live {
        /** `host` is the figure, `trigger` the button that becomes Stop while something runs. */
        constructor(host, snippet, trigger) {
            Object.assign(this, { host, snippet, trigger });
            this.name = trigger.textContent;
        }

        /** From the press of the button on, and not only when the server has answered. */
        get running() {
            return this.panel !== undefined && !this.ended;
        }

        async run(program, compiled = () => {}) {
            this.clear();
            this.compiled = compiled;
            this.ended = this.stopped = false;
            this.status = element('p', { className: 'status', textContent: 'asks for a run' });
            this.status.setAttribute('role', 'status');
            this.panel = element('section', { className: 'live' }, this.status);
            this.panel.setAttribute('aria-label', 'Run on this machine');
            this.host.append(this.panel);
            this.trigger.textContent = 'Stop';
            const panel = this.panel;
            try {
                const { id } = await request('POST', '/api/runs', { snippet: this.snippet, ...program });
                if (this.panel !== panel) {
                    // The reader has cleared it meanwhile.
                    await request('DELETE', `/api/runs/${id}`);
                    return;
                }
                this.id = id;
                this.listen();
                if (this.stopped) this.stop();
            } catch (error) {
                if (this.panel === panel) this.over(error.message, true);
            }
        }

        listen() {
            const source = this.source = new EventSource(`/api/runs/${this.id}/events`);
            const on = (name, hear) => source.addEventListener(name, (event) => hear(JSON.parse(event.data)));
            on('queued', (queued) => this.say(queued.for === 'build'
                ? `waits: ${queued.text}`
                : `waits for its turn: place ${queued.place} of ${queued.of}`));
            on('compiling', () => this.say('compiles'));
            on('start', () => this.say('runs'));
            on('line', (line) => this.line(line));
            on('cut', ({ lines }) => this.quiet(`… ${lines.toLocaleString('en')} more lines …`));
            on('lane', ({ svg }) => this.draw(svg));
            on('end', (end) => this.end(end));
            on('failed', ({ error, help }) => this.over(help ? `${error}\n${help}` : error, true));
            source.onerror = () => {
                if (this.source === source) this.over('the connection to the server was lost', true);
            };
        }

        stop() {
            this.say('stops');
            this.stopped = true;
            if (this.id) request('DELETE', `/api/runs/${this.id}`).catch((error) => this.over(error.message, true));
        }

        say(words) {
            if (this.status.textContent !== words) this.status.textContent = words;
        }

        place(part, before) {
            this.panel.insertBefore(part, before ?? null);
            return part;
        }

        get output() {
            if (!this.pre) {
                this.pre = element('pre', { className: 'output', tabIndex: 0 });
                this.pre.setAttribute('role', 'group');
                this.pre.setAttribute('aria-label', 'Output of this run');
                this.place(this.pre, this.picture);
            }
            return this.pre;
        }

        line({ t, stream, text }) {
            const line = element('span', { className: stream === 'out' ? 'line' : 'line err' },
                element('span', { className: 't', textContent: t.toFixed(3) }), text);
            this.add(line);
        }

        quiet(text) {
            this.add(element('span', { className: 'quiet', textContent: text }));
        }

        /** Lines that come at once are put on the page at once. */
        add(line) {
            this.waiting ??= [];
            this.waiting.push(line, '\n');
            if (this.waiting.length > 2) return;
            requestAnimationFrame(() => this.flush());
        }

        flush() {
            if (!this.waiting?.length) return;
            const output = this.output;
            const atEnd = output.scrollHeight - output.scrollTop - output.clientHeight < 30;
            output.append(...this.waiting);
            this.waiting = undefined;
            for (let more = output.childNodes.length - 2 * KEPT; more > 0; more--) output.firstChild.remove();
            if (atEnd) output.scrollTop = output.scrollHeight;
        }

        /** The server draws: what comes is a figure of its own making, with every name in it escaped. */
        draw(svg) {
            if (!svg) return;
            this.picture ??= this.place(element('div', { className: 'picture' }));
            this.picture.innerHTML = svg;
        }

        end({ kind, words, figures, claims, svg, compiler }) {
            this.flush();
            this.draw(svg);
            if (compiler.length > 0) this.compiler(compiler);
            this.compiled(compiler);
            const { ran, well } = ENDS[kind];
            if (ran && !this.pre) this.quiet('(it prints nothing)');
            this.figures(figures);
            this.claims(claims);
            this.over(words || 'done', !well);
        }

        compiler(messages) {
            const words = messages.map((message) => message.rendered?.trimEnd() || message.message).join('\n\n');
            const pre = element('pre', { className: 'output compiler', tabIndex: 0, textContent: words });
            pre.setAttribute('role', 'group');
            pre.setAttribute('aria-label', 'What the compiler says');
            this.place(pre, this.pre ?? this.picture);
        }

        figures(figures) {
            const known = figures.filter(({ now }) => now !== null);
            if (known.length === 0) return;
            const recorded = known.some((figure) => figure.recorded !== null);
            const head = element('tr', {}, ...['', ...(recorded ? ['recorded'] : []), 'this run'].map((text) =>
                element(text ? 'th' : 'td', text ? { scope: 'col', textContent: text } : {})));
            const rows = known.map((figure) => {
                const name = element('th', { scope: 'row', textContent: figure.name });
                const cells = [...(recorded ? [figure.recorded ?? ''] : []), figure.now];
                return element('tr', {}, name, ...cells.map((text) => element('td', { textContent: text })));
            });
            const table = element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows));
            this.place(element('div', { className: 'table-wrapper' }, table));
        }

        /** Whether this machine agrees with what the book claims. */
        claims(claims) {
            if (claims.length === 0) return;
            const failed = claims.filter(({ verdict }) => verdict === 'failed').length;
            const summary = failed === 0
                ? `This run shows what the book claims (${claims.length} of ${claims.length})`
                : `This run differs from what the book claims (${failed} of ${claims.length})`;
            const items = claims.map(({ claim, verdict, saw }) => {
                return element('li', { className: verdict },
                    element('code', { textContent: claim }), ` ${VERDICTS[verdict](saw)}`);
            });
            const details = element('details', { className: 'claims', open: failed > 0 },
                element('summary', { textContent: summary }), element('ul', {}, ...items));
            this.place(details);
        }

        over(words, bad = false) {
            this.flush();
            this.source?.close();
            this.source = this.id = undefined;
            this.ended = true;
            this.say(words);
            this.status.classList.toggle('bad', bad);
            this.trigger.textContent = this.name;
            if (!this.dismiss) {
                this.dismiss = button('Clear', () => {
                    this.clear();
                    this.trigger.focus({ preventScroll: true });
                }, 'clear');
                this.status.after(this.dismiss);
            }
        }

        clear() {
            this.source?.close();
            this.panel?.remove();
            this.source = this.id = this.panel = this.pre = this.picture = this.dismiss = this.waiting = undefined;
            this.trigger.textContent = this.name;
        }
    }

    // --- Run ---------------------------------------------------------------------------------------------------------

    for (const figure of document.querySelectorAll('figure.run[data-snippet]')) {
        const run = button('Run', () => live.running ? live.stop() : live.run({}), 'run-live');
        const live = new Live(figure, figure.dataset.snippet, run);
        controls(figure).prepend(run);
    }

    // --- Edit --------------------------------------------------------------------------------------------------------

    /** One program that the reader may change. What was changed is kept under its name, until Reset. */
    class Edit {
        constructor(figure) {
            this.figure = figure;
            this.snippet = figure.dataset.snippet;
            this.key = `workbook.edit.${this.snippet}`;
            this.block = figure.querySelector(':scope > pre, :scope > div');
            this.open = button('', () => this.begin(), 'edit');
            figure.querySelector('figcaption').append(this.open);
            this.label();
        }

        get kept() {
            try { return JSON.parse(memory.get(this.key) ?? 'null'); } catch { return null; }
        }

        label() {
            this.open.textContent = this.kept ? 'Edit (yours is kept)' : 'Edit';
        }

        async begin() {
            this.open.disabled = true;
            try {
                const [editor, response] = await Promise.all([
                    import(new URL('editor.js', assets)),
                    fetch(`/api/source/${this.snippet}`),
                ]);
                if (!response.ok) throw new Error(`the program could not be read (${response.status})`);
                this.original = (await response.text()).replaceAll('\r\n', '\n');
                this.show(editor);
            } catch (error) {
                this.open.title = error.message;
                this.tell(error.message);
            }
            this.open.disabled = false;
        }

        tell(words) {
            this.note ??= this.figure.appendChild(element('p', { className: 'status bad' }));
            this.note.setAttribute('role', 'alert');
            this.note.textContent = words;
            this.note.hidden = !words;
        }

        show(editor) {
            this.tell('');
            const kept = this.kept;
            this.area = element('div', { className: 'editor' });
            // The page has keys of its own, s and / and the arrows among them. Here they are the program's.
            this.area.addEventListener('keydown', (event) => {
                event.stopPropagation();
                if (event.key === 'Escape' && !event.defaultPrevented) this.run.focus();
            });
            this.run = button('Run', () => this.start(), 'run-edit');
            this.reset = button('Reset', () => this.forget(), 'reset');
            const close = button('Close', () => this.close(), 'close');
            const bar = element('div', { className: 'controls' }, this.run, this.reset, close,
                element('span', { className: 'hint', textContent: 'Ctrl-Enter runs it' }));
            this.block.hidden = true;
            this.open.hidden = true;
            this.block.after(this.area, bar);
            this.bar = bar;
            this.live = new Live(this.figure, this.snippet, this.run);
            this.editor = editor.open(this.area, {
                text: kept?.source ?? this.original,
                label: `The program ${this.snippet}`,
                change: (text) => this.keep(text),
                run: () => this.start(),
            });
            if (kept && kept.base !== fingerprint(this.original)) {
                this.tell('The book’s program has changed since you edited yours. Reset shows the new one.');
            }
            this.reset.disabled = !kept;
            this.editor.focus();
        }

        keep(text) {
            if (text === this.original) memory.forget(this.key);
            else memory.set(this.key, JSON.stringify({ source: text, base: fingerprint(this.original) }));
            this.reset.disabled = text === this.original;
        }

        start() {
            if (this.live.running) return this.live.stop();
            const source = this.editor.text();
            this.editor.mark([]);
            return this.live.run(source === this.original ? {} : { source }, (messages) => {
                this.editor?.mark(messages);
                const first = messages.find((message) => message.line);
                if (first?.level === 'error') this.editor?.goTo(first.line, first.column);
            });
        }

        forget() {
            this.editor.replace(this.original);
            memory.forget(this.key);
            this.editor.mark([]);
            this.live.clear();
            this.tell('');
            this.reset.disabled = true;
            this.editor.focus();
        }

        close() {
            this.live.clear();
            this.editor.close();
            this.editor = undefined;
            this.area.remove();
            this.bar.remove();
            this.tell('');
            this.block.hidden = false;
            this.open.hidden = false;
            this.label();
            this.open.focus({ preventScroll: true });
        }
    }

    fetch('/api/health').then((response) => response.json()).then(({ edits }) => {
        if (!edits) return;
        for (const figure of document.querySelectorAll('figure.listing[data-snippet]')) new Edit(figure);
    }).catch(() => { /* Without an answer there is nobody to compile an edit. */ });
}
