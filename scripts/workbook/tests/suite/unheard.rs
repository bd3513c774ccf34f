//! `serve` where the system does not tell of changed files, on file systems of others and where all watches are taken: it
//! looks by itself, and at once when it is asked to.

use std::process::{Command, Stdio};

use crate::book::{Book, cleared, soon};
use crate::server::Server;

/// A server whose terminal is a pipe.
fn with_terminal(command: &mut Command) -> Server {
    Server::of(command.stdin(Stdio::piped()))
}

#[track_caller]
fn shows(server: &Server, page: &str, words: &str) {
    let shows = || server.get(page).body.contains(words);
    assert!(soon(20, shows), "{words}\n{}", server.said());
}

/// Replaces the text of a page by one of the same length and date: only who reads it knows of it.
fn replace_unseen(book: &Book, path: &str, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let date = book.path(path).metadata().and_then(|it| it.modified());
    book.replace(path, from, to);
    let file = std::fs::File::options().write(true).open(book.path(path));
    let dated = file.and_then(|file| file.set_modified(date?));
    dated.unwrap_or_else(|error| panic!("{path}: {error}"));
}

#[test]
fn enter_has_all_files_looked_at() {
    let book = Book::still();
    // In a folder of which nothing is told.
    book.write("notes/tea.md", &(book.read("book/tea.md") + "\none lump\n"));
    book.remove("book/tea.md");
    std::os::unix::fs::symlink("../notes/tea.md", book.path("book/tea.md")).expect("a link");
    let mut server = with_terminal(&mut book.tool(["serve", "--port", "0"]));
    shows(&server, "/tea.html", "one lump");
    replace_unseen(&book, "notes/tea.md", "one lump", "two lump");
    server.handles_all_changes(&book);
    assert!(server.get("/tea.html").body.contains("one lump"));
    server.press_enter();
    shows(&server, "/tea.html", "two lump");
    assert!(server.said().contains("looking at all files again\n"));
}

/// The server in namespaces of its own, after `first`, in which `$1` is the book's folder. None where the system does not
/// let us.
fn apart(book: &Book, kinds: &str, first: &str) -> Option<Server> {
    let mut shell = cleared(Command::new("unshare"));
    shell.args([kinds, "sh", "-c"]);
    shell.current_dir(book.path(""));
    let allowed = shell.args([first, "sh"]).arg(book.path("")).output();
    if !allowed.is_ok_and(|it| it.status.success()) {
        println!("not tested: this system allows no namespaces");
        return None;
    }
    let mut shell = cleared(Command::new("unshare"));
    let serve = format!("{first} && shift && exec \"$@\"");
    shell.args([kinds, "sh", "-c", &serve, "sh"]);
    shell.arg(book.path(""));
    shell.arg(env!("CARGO_BIN_EXE_cargo-workbook"));
    shell.args(["serve", "--port", "0"]);
    shell.current_dir(book.path(""));
    Some(with_terminal(&mut shell))
}

#[test]
fn without_a_watch_left_changes_are_looked_for_and_it_is_said() {
    let book = Book::still();
    let none = "echo 0 > /proc/sys/user/max_inotify_instances";
    let Some(server) = apart(&book, "-Ur", none) else {
        return;
    };
    shows(&server, "/tea.html", "About tea");
    let said = server.said();
    let says = "looking for changes every 2 s instead; Enter looks at once\n";
    assert!(said.contains(says), "{said}");
    book.append("book/tea.md", "\none lump\n");
    shows(&server, "/tea.html", "one lump");
    // It is noticed also of what is new, and gone.
    book.write("book/milk.md", "# Milk\n");
    book.append("book/SUMMARY.md", "- [Milk](milk.md)\n");
    shows(&server, "/milk.html", "<h1 id=\"milk\">");
}

#[test]
fn where_another_file_system_shines_through_changes_are_looked_for_and_it_is_said() {
    let book = Book::still();
    let over = "mkdir -p \"$1target/over\" && mount -t tmpfs none \"$1target/over\" && cd \"$1target/over\" && \
                mkdir upper work book && mount -t overlay overlay book \
                -o \"lowerdir=$1,upperdir=upper,workdir=work\" && cd \"$1target/over/book\"";
    let Some(mut server) = apart(&book, "-Urm", over) else {
        return;
    };
    shows(&server, "/tea.html", "About tea");
    assert!(!server.said().contains("looking"), "{}", server.said());
    book.append("book/tea.md", "\none lump\n");
    shows(&server, "/tea.html", "one lump");
    let says = "the system does not tell of changes here: looking for them every 2 s; Enter looks at once\n";
    assert!(server.said().contains(says), "{}", server.said());
    replace_unseen(&book, "book/tea.md", "one lump", "two lump");
    server.press_enter();
    shows(&server, "/tea.html", "two lump");
}
