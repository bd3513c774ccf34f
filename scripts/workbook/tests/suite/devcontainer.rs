//! Who has no Rust gets, in the dev container, the one that the book promises to work with.

use std::path::Path;

use serde_json::Value;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_container_has_the_promised_toolchain_and_forwards_the_port_of_serve() {
    let text = read(".devcontainer/devcontainer.json");
    let is_comment = |line: &&str| line.trim_start().starts_with("//");
    let lines: Vec<_> = text.lines().filter(|line| !is_comment(line)).collect();
    let container: Value = serde_json::from_str(&lines.join("\n")).expect("JSON with comments");
    let manifest: toml::Table = read("Cargo.toml").parse().expect("TOML");
    let promised = &manifest["workspace"]["package"]["rust-version"];
    let promised = promised.as_str().expect("a version");
    assert_eq!(container["image"], format!("rust:{promised}-bookworm"));
    assert_eq!(container["forwardPorts"], serde_json::json!([3000]));
    assert!(read("scripts/workbook/src/serve/mod.rs").contains("USUAL_PORT: u16 = 3000;"));
}
