//! Text as HTML: the one way in which anything that a program or an author wrote comes onto a page.

use std::fmt::Write;

/// Text as HTML, in one line, and safe inside Markdown: nothing in it is markup of either kind.
pub(crate) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\n' => html.push_str("&#10;"),
            '*' | '_' | '`' | '[' | ']' | '\\' | '{' | '}' | '|' | '$' | '~' => {
                write!(html, "&#{};", u32::from(c)).unwrap();
            }
            c if c.is_control() && c != '\t' => html.push('\u{fffd}'),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_run_is_never_markup() {
        assert_eq!(
            escape("<b> & \"x\" *y* `z`\n"),
            "&lt;b&gt; &amp; &quot;x&quot; &#42;y&#42; &#96;z&#96;&#10;"
        );
        assert_eq!(escape("\u{1b}[31m"), "\u{fffd}&#91;31m");
    }
}
