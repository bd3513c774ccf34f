//! A line that a program printed, as a terminal would leave it standing: the one text that is recorded, told to pages
//! and held against claims.

use std::iter::Peekable;
use std::str::Chars;

/// Without colours and other commands to the terminal, and without what was written over. What cannot be seen is made
/// visible, as ␀, or goes where it would only make the rest unreadable.
pub(crate) fn as_it_stands(text: &str) -> String {
    let is_plain = |c: char| c == '\t' || !(c.is_control() || is_invisible(c));
    if text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut line = Written::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => {
                if let Some(erased) = skip_command(&mut chars) {
                    line.erase(erased);
                }
            }
            // The same in one character.
            '\u{9b}' => {
                if let Some(erased) = skip_sequence(&mut chars) {
                    line.erase(erased);
                }
            }
            '\r' => line.at = 0,
            '\u{8}' => line.at = line.at.saturating_sub(1),
            // It rings.
            '\u{7}' => {}
            '\t' => line.put(c),
            // These would end a line in a browser, and in no terminal.
            '\u{85}' | '\u{2028}' | '\u{2029}' => line.put('\u{2424}'),
            c if is_invisible(c) => {}
            '\u{7f}' => line.put('\u{2421}'),
            c @ '\0'..='\u{1f}' => {
                let picture = char::from_u32(0x2400 + u32::from(c));
                line.put(picture.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            c if c.is_control() => line.put(char::REPLACEMENT_CHARACTER),
            c => line.put(c),
        }
    }
    line.chars.into_iter().collect()
}

/// Whether a text has letters that are written from right to left: what stands beside it must not be drawn into it.
pub(crate) fn is_right_to_left(text: &str) -> bool {
    let is_it = |c| {
        matches!(c,
            '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    text.chars().any(is_it)
}

/// What turns the direction of writing, or ends a line, without being seen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// A line of a terminal, and where in it the next character goes.
#[derive(Debug, Default)]
struct Written {
    chars: Vec<char>,
    at: usize,
}

/// What a command erases of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Erased {
    ToItsEnd,
    FromItsStart,
    All,
}

impl Written {
    fn put(&mut self, c: char) {
        match self.chars.get_mut(self.at) {
            Some(old) => *old = c,
            None => self.chars.push(c),
        }
        self.at += 1;
    }

    fn erase(&mut self, erased: Erased) {
        let at = self.at.min(self.chars.len());
        match erased {
            Erased::ToItsEnd => self.chars.truncate(at),
            Erased::FromItsStart => self.chars[..at].fill(' '),
            Erased::All => {
                self.chars.clear();
                self.chars.resize(at, ' ');
            }
        }
    }
}

/// Skips what follows an escape.
fn skip_command(chars: &mut Peekable<Chars<'_>>) -> Option<Erased> {
    match chars.next()? {
        '[' => return skip_sequence(chars),
        // A title, a link: up to a bell or to `ESC \`.
        ']' | 'P' | 'X' | '^' | '_' => {
            while let Some(c) = chars.next() {
                if c == '\u{7}' || c == '\u{9c}' {
                    break;
                }
                if c == '\u{1b}' && chars.next_if_eq(&'\\').is_some() {
                    break;
                }
            }
        }
        // Which set of characters: one more character says it.
        ' '..='/' => {
            while chars.next_if(|c| (' '..='/').contains(c)).is_some() {}
            chars.next();
        }
        _ => {}
    }
    None
}

/// Skips parameters and the letter that ends them.
fn skip_sequence(chars: &mut Peekable<Chars<'_>>) -> Option<Erased> {
    let mut parameters = String::new();
    while let Some(c) = chars.next_if(|c| (' '..='?').contains(c)) {
        parameters.push(c);
    }
    let command = chars.next_if(|c| ('@'..='~').contains(c))?;
    match (command, parameters.as_str()) {
        ('K', "" | "0") => Some(Erased::ToItsEnd),
        ('K', "1") => Some(Erased::FromItsStart),
        ('K' | 'J', "2") => Some(Erased::All),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_plain_stays_as_it_is() {
        for text in [
            "",
            "tea 1: poured",
            "a\tb",
            "☕ 茶 שלום",
            "e\u{301}",
            "\u{fffd}",
        ] {
            assert_eq!(as_it_stands(text), text);
        }
    }

    #[test]
    fn commands_to_the_terminal_are_not_text() {
        for (text, stands) in [
            ("\u{1b}[31mred\u{1b}[0m", "red"),
            ("\u{1b}[38;5;196mred\u{1b}[m tea", "red tea"),
            ("\u{9b}1mbold", "bold"),
            ("\u{1b}]0;title\u{7}tea", "tea"),
            (
                "\u{1b}]8;;https://a.b\u{1b}\\link\u{1b}]8;;\u{1b}\\",
                "link",
            ),
            ("\u{1b}(Btea", "tea"),
            ("tea\u{1b}[3", "tea"),
            ("tea\u{1b}", "tea"),
            ("\u{1b}[2J\u{1b}[Htea", "tea"),
            ("\u{1b}[31\nred", "\u{240a}red"),
        ] {
            assert_eq!(as_it_stands(text), stands, "{text:?}");
        }
    }

    #[test]
    fn what_was_written_over_is_gone() {
        for (text, stands) in [
            ("\rprogress 3/5", "progress 3/5"),
            ("progress 1/5\rprogress 2/5\rprogress 3/5", "progress 3/5"),
            ("progress 99\rdone\u{1b}[K", "done"),
            ("\u{1b}[2K\r50 %\u{1b}[2K\r100 %", "100 %"),
            ("|\u{8}/\u{8}-\u{8}done", "done"),
            ("\u{8}tea", "tea"),
            ("tea\r", "tea"),
        ] {
            assert_eq!(as_it_stands(text), stands, "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_shown_or_goes() {
        for (text, stands) in [
            ("a\0b", "a␀b"),
            ("ding\u{7}", "ding"),
            ("a\u{2028}b\u{85}c", "a␤b␤c"),
            ("\u{202e}txt.exe", "txt.exe"),
            ("a\u{c}b\u{7f}", "a␌b␡"),
            ("a\u{91}b", "a\u{fffd}b"),
        ] {
            assert_eq!(as_it_stands(text), stands, "{text:?}");
        }
        assert!(is_right_to_left("tea שלום") && is_right_to_left("شاي"));
        assert!(!is_right_to_left("tea ☕ 茶"));
    }

    proptest::proptest! {
        #![proptest_config(crate::model::mutation::config())]
        #[test]
        fn damaged_output_stands_as_it_is_read_again(text in crate::model::mutation::damaged(
            &["\u{1b}[31mred\u{1b}[0m \rprogress 3/5\u{8}\u{8}☕\t\u{1b}]8;;https://a.b\u{1b}\\link\u{9b}2K"],
            &["\u{1b}", "\u{1b}[", "[", ";", "K", "\u{1b}[1K", "\r", "\u{8}", "\u{7}", "\u{1b}]", "\u{202e}", "m"],
        )) {
            let stands = as_it_stands(&text);
            assert!(!stands.chars().any(|c| c != '\t' && c.is_control()), "{stands:?}");
            assert_eq!(as_it_stands(&stands), stands);
        }
    }
}
