//! What a page brings along is small, and what only some need, only those load.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Bytes that a page of any host loads, beside mdBook's own. They are about 16,300.
const EVERY_PAGE: usize = 16_800;
/// Bytes that a page loads besides when it is shown to a room. They are about 9,200.
const PRESENTING: usize = 10_500;
/// Bytes that a page loads besides when its reader edits a program. They are about 150,000: nearly all is CodeMirror.
const EDITING: usize = 165_000;

/// Bytes of these files of the book, each compressed as a web server sends it.
fn weight(names: &[&str]) -> usize {
    let house = Path::new(env!("CARGO_MANIFEST_DIR"));
    let assets = house
        .ancestors()
        .nth(2)
        .expect("the root")
        .join("book/assets");
    let compressed = names.iter().map(|name| {
        let bytes = std::fs::read(assets.join(name)).expect(name);
        assert!(bytes.len() > 1_000, "{name} is empty");
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(&bytes).expect("it is memory");
        gzip.finish().expect("it is memory").len()
    });
    compressed.sum()
}

#[test]
fn what_every_page_loads_weighs_little() {
    let weight = weight(&["workbook.js", "workbook.css"]);
    assert!(weight < EVERY_PAGE, "{weight} bytes");
}

#[test]
fn what_a_page_loads_for_a_room_is_bounded() {
    let weight = weight(&["present.js", "present.css"]);
    assert!(weight < PRESENTING, "{weight} bytes");
}

#[test]
fn what_a_reader_loads_who_edits_is_bounded() {
    let weight = weight(&["live.js", "editor.js"]);
    assert!(weight < EDITING, "{weight} bytes");
}
