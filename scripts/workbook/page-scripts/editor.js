// @ts-check
// The editor that a page loads when its reader edits a program: CodeMirror with Rust's colours, and the compiler's
// words at their lines. `npm ci && npm run build` writes it, bundled, to book/assets/editor.js.

import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { rust } from '@codemirror/lang-rust';
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

// The stylesheet gives these their colours, in each of mdBook's themes.
const colours = HighlightStyle.define([
    { tag: tags.comment, class: 'hljs-comment' },
    { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.controlKeyword], class: 'hljs-keyword' },
    { tag: [tags.string, tags.character, tags.special(tags.string)], class: 'hljs-string' },
    { tag: [tags.number, tags.bool, tags.literal], class: 'hljs-number' },
    { tag: [tags.typeName, tags.namespace, tags.className], class: 'hljs-type' },
    { tag: [tags.function(tags.definition(tags.variableName)), tags.macroName], class: 'hljs-title' },
    { tag: [tags.meta, tags.labelName], class: 'hljs-meta' },
]);

/**
 * Puts an editor into `parent`. Tab leaves the editor, as everywhere on the page.
 *
 * @param {Element} parent
 * @param {object} options
 * @param {string} options.text
 * @param {string} options.label What it is called for who does not see it.
 * @param {(text: string) => void} options.change Hears the text after each edit.
 * @param {() => void} options.run Is called on Ctrl-Enter.
 */
export function open(parent, { text, label, change, run }) {
    const view = new EditorView({
        parent,
        state: EditorState.create({
            doc: text,
            extensions: [
                lineNumbers(),
                history(),
                drawSelection(),
                highlightActiveLine(),
                indentOnInput(),
                indentUnit.of('    '),
                bracketMatching(),
                rust(),
                syntaxHighlighting(colours),
                lintGutter(),
                EditorView.lineWrapping,
                EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
                EditorView.updateListener.of((update) => {
                    if (update.docChanged) change(update.state.doc.toString());
                }),
                keymap.of([
                    { key: 'Mod-Enter', run: () => (run(), true) },
                    ...defaultKeymap,
                    ...historyKeymap,
                    ...lintKeymap,
                ]),
            ],
        }),
    });
    /**
     * A line and a column, each from 1, as an offset into the text: the nearest that there is.
     *
     * @param {number | null} line
     * @param {number | null} column
     */
    const place = (line, column) => {
        const at = view.state.doc.line(Math.min(Math.max(line ?? 1, 1), view.state.doc.lines));
        return Math.min(at.from + Math.max((column ?? 1) - 1, 0), at.to);
    };
    return {
        text: () => view.state.doc.toString(),
        /** @param {string} insert */
        replace: (insert) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } }),
        focus: () => view.focus(),
        /**
         * Marks what the compiler said where it said it; what has no place is not marked.
         *
         * @param {Server.Remark[]} remarks
         */
        mark: (remarks) => {
            const marks = remarks.filter((remark) => remark.line).map((remark) => {
                const { level, message, line, column, end_line, end_column } = remark;
                const from = place(line, column);
                const to = Math.max(place(end_line ?? line, end_column ?? column), from);
                return { from, to, severity: level, message };
            });
            view.dispatch(setDiagnostics(view.state, marks));
        },
        /**
         * @param {number | null} line
         * @param {number | null} column
         */
        goTo: (line, column) => {
            const at = place(line, column);
            view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
            view.focus();
        },
        close: () => view.destroy(),
    };
}
