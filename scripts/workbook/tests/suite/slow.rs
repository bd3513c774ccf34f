//! Slow is not hung: what would have come to its end is told what stopped it, and how it may take longer.

use crate::book::Book;
use crate::server::{Server, end, texts};

/// Programs that are not at their end after a second, each in a way of its own, and whether it computes by then.
const SLOW: [(&str, bool, &str); 7] = [
    ("sleeps", false, "sleep(20.0);"),
    (
        "prints",
        false,
        "for n in 0..200 { println!(\"cup {n}\"); sleep(0.1) }",
    ),
    (
        "joins",
        false,
        "let teas: Vec<_> = (0..9).map(|_| std::thread::spawn(|| sleep(20.0))).collect();\n    \
         teas.into_iter().for_each(|tea| tea.join().unwrap());",
    ),
    (
        "starts",
        false,
        "std::process::Command::new(\"sleep\").arg(\"20\").status().unwrap();",
    ),
    // A core for half a second, and then it waits.
    ("computes_first", false, "compute(0.5); sleep(20.0);"),
    // One part in a hundred of a core.
    (
        "computes_a_little",
        false,
        "loop { compute(0.001); sleep(0.099) }",
    ),
    ("computes", true, "compute(20.0);"),
];

fn program(body: &str) -> String {
    format!(
        "#![allow(dead_code)]\nuse std::time::{{Duration, Instant}};\n\n\
         fn sleep(seconds: f64) {{\n    std::thread::sleep(Duration::from_secs_f64(seconds));\n}}\n\n\
         fn compute(seconds: f64) {{\n    let start = Instant::now();\n    \
         while start.elapsed().as_secs_f64() < seconds {{}}\n}}\n\n\
         fn main() {{\n    println!(\"kettle on\");\n    {body}\n}}\n"
    )
}

#[test]
fn what_is_slow_is_told_of_its_deadline() {
    let mut book = Book::new().with("slow/main", "deadline = 1", "fn main() {}");
    for (name, _, body) in SLOW {
        book = book.with(&format!("slow/{name}"), "deadline = 1", &program(body));
    }
    let ran = book.run(["record"]).failed();
    let server = Server::ready(&book, &[]);
    std::thread::scope(|scope| {
        for (name, computes, body) in SLOW {
            let (id, ran, server) = (format!("slow/{name}"), &ran, &server);
            scope.spawn(move || {
                let ending = if computes { "spins" } else { "hang" };
                ran.says(&format!("`{id}` ended with `{ending}`, not `ok`\n  help: "));
                let events = server.run(&id);
                let doing = if computes { "computing" } else { "waiting" };
                let words = match name {
                    "prints" => "stopped after 1.00 s, its deadline: it was still printing".into(),
                    _ => format!("was still {doing} after 1.00 s, its deadline: stopped"),
                };
                assert_eq!(end(&events)["words"], words, "{id}");
                assert_eq!(texts(&events)[0], "kettle on", "{id}");
                // As a reader has written it, of a program that does something else.
                if name == "prints" || name == "sleeps" {
                    let events = server.run_edited("slow/main", &program(body));
                    assert_eq!(end(&events)["words"], words, "{id}, edited");
                }
            });
        }
    });
    let told = "if it takes longer than 1.00 s, say `deadline = …`, in seconds";
    assert_eq!(ran.stderr.matches(told).count(), SLOW.len(), "{ran}");
    assert!(book.is_recorded("slow/main"));
}
