//! For tests: sound texts, damaged at random, as by a slip of the hand, a bad merge or a file that was cut short.

use proptest::prelude::*;
use proptest::test_runner::Config;

/// So many cases as are quick; `PROPTEST_CASES` asks for more.
pub(crate) fn config() -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok();
    Config {
        cases: asked.and_then(|it| it.parse().ok()).unwrap_or(48),
        failure_persistence: None,
        ..Config::default()
    }
}

/// One of the texts, with a few places of it, or up to a dozen, cut out, written twice, or written over by one of the `pieces`, by
/// a number that is out of all range, or by any characters.
pub(crate) fn damaged(
    texts: &'static [&'static str],
    pieces: &'static [&'static str],
) -> impl Strategy<Value = String> {
    const NUMBERS: [&str; 10] = [
        "1e400",
        "-1",
        "18446744073709551616",
        "9223372036854775807",
        "NaN",
        "inf",
        "1e308",
        "-0.0",
        "0",
        "1e-320",
    ];
    let piece = prop_oneof![
        4 => proptest::sample::select(pieces).prop_map(str::to_owned),
        2 => proptest::sample::select(&NUMBERS[..]).prop_map(str::to_owned),
        1 => proptest::collection::vec(any::<char>(), 0..6).prop_map(String::from_iter),
        1 => Just("\r\n\0\u{2028}\u{feff}é☕\u{1b}[".to_owned()),
    ];
    let damage = (any::<proptest::sample::Index>(), 0usize..40, 0u8..4, piece);
    // Little of it goes deep, and much of it far.
    let damages = prop_oneof![
        proptest::collection::vec(damage.clone(), 0..3),
        proptest::collection::vec(damage, 0..12),
    ];
    (proptest::sample::select(texts), damages).prop_map(|(text, damages)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, length, kind, piece) in damages {
            let from = at.index(chars.len() + 1);
            let to = (from + length).min(chars.len());
            let new: Vec<char> = match kind {
                0 => Vec::new(),
                1 => chars[from..to].repeat(2),
                _ => piece.chars().collect(),
            };
            let to = if kind == 3 { from } else { to };
            chars.splice(from..to, new);
        }
        chars.into_iter().collect()
    })
}
