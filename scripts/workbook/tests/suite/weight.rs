//! What a page brings along is small.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Bytes, compressed as a web server sends them.
const LIMIT: usize = 40_000;

#[test]
fn the_pages_own_script_and_style_weigh_little() {
    let house = Path::new(env!("CARGO_MANIFEST_DIR"));
    let assets = house
        .ancestors()
        .nth(2)
        .expect("the root")
        .join("book/assets");
    let weight: usize = ["workbook.js", "live.js", "workbook.css"]
        .iter()
        .map(|name| {
            let bytes = std::fs::read(assets.join(name)).expect(name);
            let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
            gzip.write_all(&bytes).expect("it is memory");
            gzip.finish().expect("it is memory").len()
        })
        .sum();
    assert!((1_000..LIMIT).contains(&weight), "{weight} bytes");
}
