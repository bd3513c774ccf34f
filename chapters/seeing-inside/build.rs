//! Lets the linker compress the debug information of this chapter's programs, which halves them. Backtraces read it so,
//! too.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Linkers of other systems don't have this, or keep the information elsewhere.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-link-arg=-Wl,--compress-debug-sections=zlib");
    }
}
