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

/// HTML that readers see and the search does not find: mdBook looks into everything but scripts and styles. In a picture
/// a browser takes the first HTML element for the end of that, and of the style in it; so what follows stands on the
/// page like all else, also where no script runs. The end tags find nothing to close any more, and do nothing.
///
/// `before` is what begins the block of HTML that it stands in.
pub(crate) fn unsearched(before: &str, html: &str) -> String {
    let before = if before.is_empty() {
        String::new()
    } else {
        format!("{before}\n")
    };
    // From the blank line on mdBook reads it as it does all HTML, with its links.
    format!(
        "{before}<svg class=\"unsearched\" width=\"0\" height=\"0\" style=\"display:none\">\n<style><span></span>\n\n{html}</style></svg>"
    )
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
