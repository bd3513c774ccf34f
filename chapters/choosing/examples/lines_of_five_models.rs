//! The five models, counted line by line. Watch which is short.

const MODELS: [(&str, &str); 5] = [
    ("threads", include_str!("model_threads.rs")),
    ("callbacks", include_str!("model_callbacks.rs")),
    ("coroutines", include_str!("model_coroutines.rs")),
    ("actors", include_str!("model_actors.rs")),
    ("async", include_str!("model_async.rs")),
];

/// Empty lines, comments and lines for the picture do not count.
fn counts(line: &&str) -> bool {
    let line = line.trim();
    !(line.is_empty() || line.starts_with("//") || line.contains("timeline::"))
}

fn main() {
    for (model, program) in MODELS {
        let lines = program.lines().filter(counts).count();
        println!("{model}: {lines}");
    }
}
