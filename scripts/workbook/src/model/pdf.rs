//! What a PDF of Chromium's says of itself: how many pages it has, and on which of them the places are that links lead to.
//! Chromium keeps all of that in plain sight, below a table of where each object is. Nothing else of PDF is read here.

use std::collections::BTreeMap;

use memchr::memmem;

/// A PDF's pages.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PrintedPages {
    pub(crate) count: usize,
    /// The version of the Chromium that has printed them, where it says so.
    pub(crate) version: Option<u32>,
    /// The page of each place that a link leads to, from 1.
    pub(crate) places: BTreeMap<String, usize>,
}

/// Reads a PDF. None where it is not whole, or is not as Chromium writes it.
pub(crate) fn read(pdf: &[u8]) -> Option<PrintedPages> {
    let objects = Objects::read(pdf)?;
    let root = objects.named(objects.trailer, "/Root")?;
    let mut pages = Vec::new();
    objects.pages(reference(value(root, "/Pages")?)?, &mut pages, 0)?;
    let dests = value(root, "/Dests").and_then(reference);
    let dests = dests
        .and_then(|it| objects.get(it))
        .or(value(root, "/Dests"));
    let mut places = BTreeMap::new();
    for entry in dests.unwrap_or_default().split(']') {
        let Some((name, target)) = entry.split_once('[') else {
            continue;
        };
        let name = name.rsplit('/').next()?.trim();
        let page = pages
            .iter()
            .position(|page| Some(*page) == reference(target))?;
        places.insert(decoded(name), page + 1);
    }
    Some(PrintedPages {
        count: pages.len(),
        version: version(pdf),
        places,
    })
}

/// `Skia/PDF m156`, near the beginning.
fn version(pdf: &[u8]) -> Option<u32> {
    const PRODUCER: &[u8] = b"Skia/PDF m";
    let start = &pdf[..pdf.len().min(4096)];
    let digits = &start[memmem::find(start, PRODUCER)? + PRODUCER.len()..];
    let end = digits.iter().position(|it| !it.is_ascii_digit())?;
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

/// Where each object begins, by its number. There are hundreds of thousands in a book, and few are asked for.
struct Objects<'a> {
    pdf: &'a [u8],
    starts: BTreeMap<usize, usize>,
    trailer: &'a str,
}

impl<'a> Objects<'a> {
    fn read(pdf: &'a [u8]) -> Option<Self> {
        let tail = std::str::from_utf8(&pdf[pdf.len().saturating_sub(40)..]).ok()?;
        let start = tail.split("startxref").nth(1)?.split_whitespace().next()?;
        let table = pdf.get(start.parse::<usize>().ok()?..)?;
        let table = std::str::from_utf8(table).ok()?;
        let (table, trailer) = table.split_once("trailer")?;
        let mut lines = table.strip_prefix("xref")?.trim_start().lines();
        let mut starts = BTreeMap::new();
        while let Some(section) = lines.next() {
            let (first, count) = section.trim().split_once(' ')?;
            let (first, count): (usize, usize) = (first.parse().ok()?, count.parse().ok()?);
            for number in first..first.checked_add(count)? {
                let line = lines.next()?;
                if !line.trim_end().ends_with('n') {
                    continue;
                }
                let at: usize = line.split(' ').next()?.parse().ok()?;
                starts.insert(number, at);
            }
        }
        Some(Self {
            pdf,
            starts,
            trailer,
        })
    }

    /// What stands from an object's beginning to its end, or to its stream.
    fn get(&self, number: usize) -> Option<&'a str> {
        let object = self.pdf.get(*self.starts.get(&number)?..)?;
        let object = &object[..memmem::find(object, b"\nendobj")?];
        // A name may have that word in it, and is no dictionary's end.
        let end = memmem::find(object, b">> stream").unwrap_or(object.len());
        std::str::from_utf8(&object[..end]).ok()
    }

    /// The object that `key` of another names.
    fn named(&self, object: &str, key: &str) -> Option<&'a str> {
        self.get(reference(value(object, key)?)?)
    }

    /// The pages below one that has several, in their order.
    fn pages(&self, number: usize, pages: &mut Vec<usize>, depth: usize) -> Option<()> {
        let object = self.get(number).filter(|_| depth < 32)?;
        let Some(kids) = value(object, "/Kids") else {
            pages.push(number);
            return Some(());
        };
        let kids = kids.trim_start().strip_prefix('[')?.split(']').next()?;
        for kid in kids.split(" R").filter(|it| !it.trim().is_empty()) {
            self.pages(
                kid.split_whitespace().next()?.parse().ok()?,
                pages,
                depth + 1,
            )?;
        }
        Some(())
    }
}

/// What stands behind a key.
fn value<'a>(object: &'a str, key: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(at) = object[from..].find(key) {
        let rest = &object[from + at + key.len()..];
        // `/Page` is not `/Pages`.
        if !rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Some(rest);
        }
        from += at + key.len();
    }
    None
}

/// The number of the object in `12 0 R`.
fn reference(text: &str) -> Option<usize> {
    let mut words = text.split_whitespace();
    let number = words.next()?.parse().ok()?;
    (words.next() == Some("0")).then_some(number)
}

/// A name as it is meant: `#20` is a space.
fn decoded(name: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('#') {
        bytes.extend(before.as_bytes());
        let byte = after
            .get(..2)
            .and_then(|it| u8::from_str_radix(it, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(b'#');
                rest = after;
            }
        }
    }
    bytes.extend(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PDF of these objects, the first of which is the root.
    fn pdf(objects: &[&str]) -> Vec<u8> {
        let mut pdf = b"%PDF-1.4\n%\xd3\xeb\n".to_vec();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for (at, object) in objects.iter().enumerate() {
            table += &format!("{:010} 00000 n \n", pdf.len());
            pdf.extend(format!("{} 0 obj\n{object}\nendobj\n", at + 1).bytes());
        }
        let start = pdf.len();
        pdf.extend(table.bytes());
        let size = objects.len() + 1;
        pdf.extend(
            format!("trailer\n<</Size {size}\n/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes(),
        );
        pdf
    }

    const OBJECTS: [&str; 7] = [
        "<</Type /Catalog\n/Pages 2 0 R\n/Dests 6 0 R>>",
        "<</Type /Pages\n/Count 3\n/Kids [3 0 R 4 0 R]>>",
        "<</Type /Page\n/Contents 9 0 R\n/Parent 2 0 R>>",
        "<</Type /Pages\n/Count 1\n/Kids [5 0 R]>>",
        "<</Type /Page\n/Parent 4 0 R>>",
        "<</streams--endobj [3 0 R /XYZ 6 826 0]\n/a#C2#B5s [5 0 R /XYZ 6 80 0]>>",
        "<</Length 2>> stream\n\u{ff}\nendstream",
    ];

    #[test]
    fn places_are_found_on_their_pages() {
        let read = read(&pdf(&OBJECTS)).unwrap();
        let places = [
            ("a\u{b5}s".to_owned(), 2),
            ("streams--endobj".to_owned(), 1),
        ];
        assert_eq!((read.count, read.places), (2, BTreeMap::from(places)));
        assert_eq!(read.version, None);
        assert_eq!(version(b"(Skia/PDF m156)\n"), Some(156));
    }

    #[test]
    fn what_is_cut_or_damaged_is_no_pdf() {
        let whole = pdf(&OBJECTS);
        for end in 0..whole.len() - 7 {
            assert_eq!(read(&whole[..end]), None, "{end}");
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] = b'\xff';
            let _ = read(&damaged);
        }
        let circle = ["<</Pages 2 0 R>>", "<</Kids [2 0 R]>>"];
        assert_eq!(read(&pdf(&circle)), None);
    }
}
