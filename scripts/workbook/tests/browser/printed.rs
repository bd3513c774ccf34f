//! What can be read in a PDF of Chromium's: the words on each page, as a reader who searches it finds them.

use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::ZlibDecoder;
use regex::bytes::Regex;

/// What each font's numbers mean.
type Letters = BTreeMap<u32, String>;

/// The words of each page. What is not black on white is read, too: it is nobody's secret.
pub(crate) fn pages(pdf: &[u8]) -> Vec<String> {
    let objects = objects(pdf);
    let mut fonts: BTreeMap<u32, Letters> = BTreeMap::new();
    let is_page = regex(r"^\d+ 0 obj\s*<</Type /Page\b");
    let pages = objects.values().filter(|it| is_page.is_match(it));
    let mut pages: Vec<_> = pages.collect();
    // They are written in their order.
    pages.sort_by_key(|page| page.as_ptr());
    let mut read = Vec::new();
    for page in pages {
        let contents = number(page, r"/Contents (\d+) 0 R").expect("what stands on the page");
        let named = regex(r"/(F\d+) (\d+) 0 R");
        let mut letters = BTreeMap::new();
        for found in named.captures_iter(page) {
            let font = parsed(&found[2]);
            let of_font = fonts.entry(font).or_insert_with(|| of(&objects, font));
            letters.insert(found[1].to_vec(), of_font.clone());
        }
        read.push(words(&stream(objects[&contents]), &letters));
    }
    read
}

fn objects(pdf: &[u8]) -> BTreeMap<u32, &[u8]> {
    let starts = regex(r"(?m)^(\d+) 0 obj\b");
    let object = |it: regex::bytes::Captures<'_>| {
        let start = it.get(0).expect("all of it").start();
        let end = regex("(?-u)endobj")
            .find_at(pdf, start)
            .map(|it| it.start());
        (parsed(&it[1]), &pdf[start..end.unwrap_or(pdf.len())])
    };
    starts.captures_iter(pdf).map(object).collect()
}

fn regex(pattern: &str) -> Regex {
    Regex::new(&format!("(?-u){pattern}")).expect("it is valid")
}

fn parsed(digits: &[u8]) -> u32 {
    let digits = std::str::from_utf8(digits).expect("digits");
    digits.parse().expect("a number")
}

fn number(object: &[u8], pattern: &str) -> Option<u32> {
    regex(pattern).captures(object).map(|it| parsed(&it[1]))
}

fn stream(object: &[u8]) -> Vec<u8> {
    let start = regex(r"stream\r?\n").find(object).expect("a stream").end();
    let mut text = Vec::new();
    // What follows the stream is not read.
    ZlibDecoder::new(&object[start..])
        .read_to_end(&mut text)
        .expect("it can be unpacked");
    text
}

/// What a font's numbers mean, as it says for those who copy text.
fn of(objects: &BTreeMap<u32, &[u8]>, font: u32) -> Letters {
    let Some(map) = number(objects[&font], r"/ToUnicode (\d+) 0 R") else {
        return Letters::new();
    };
    let map = String::from_utf8(stream(objects[&map])).expect("it is text");
    let hex = |text: &str| u32::from_str_radix(text, 16).expect("a number");
    let mut letters = Letters::new();
    for section in map.split("end").filter(|it| it.contains("beginbf")) {
        let ranges = section.contains("beginbfrange");
        for line in section.lines().filter(|line| line.starts_with('<')) {
            let words = line.split(['<', '>', ' ']).filter(|it| !it.is_empty());
            let words: Vec<_> = words.collect();
            let (from, to) = (hex(words[0]), hex(words[usize::from(ranges)]));
            let units = words[words.len() - 1].as_bytes().chunks(4);
            let units = units.map(|it| hex(std::str::from_utf8(it).expect("digits")) as u16);
            let units: Vec<_> = units.collect();
            for number in from..=to {
                let mut units = units.clone();
                if let Some(last) = units.last_mut() {
                    *last += (number - from) as u16;
                }
                letters.insert(number, String::from_utf16_lossy(&units));
            }
        }
    }
    letters
}

/// The letters that are set on a page. Each line of text begins with `BT`.
fn words(content: &[u8], fonts: &BTreeMap<Vec<u8>, Letters>) -> String {
    let token = regex(r"(?m)^/(F\d+) [\d.]+ Tf$|<([0-9A-F]*)>(?: Tj)?|^(BT)$");
    let mut text = String::new();
    let mut letters = None;
    for found in token.captures_iter(content) {
        if let Some(font) = found.get(1) {
            letters = fonts.get(font.as_bytes());
        } else if let (Some(set), Some(letters)) = (found.get(2), letters) {
            let set = std::str::from_utf8(set.as_bytes()).expect("digits");
            // Two bytes for most fonts, one for pictures of letters.
            let step = if letters.keys().any(|it| *it > 0xff) || set.len() % 4 == 0 {
                4
            } else {
                2
            };
            for at in (0..set.len()).step_by(step) {
                let number = set.get(at..at + step).unwrap_or_default();
                let number = u32::from_str_radix(number, 16).unwrap_or_default();
                text.push_str(letters.get(&number).map_or("", String::as_str));
            }
        } else if found.get(3).is_some() {
            text.push('\n');
        }
    }
    text
}
