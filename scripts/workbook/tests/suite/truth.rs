//! What ran is what is recorded: whoever tries to make a recording lie is refused, or has it made right.

use crate::book::{Book, POUR};

#[test]
fn half_a_timeline_is_not_recorded() {
    // As the library does where its disk is full.
    let full = r#"
        fn main() {
            std::fs::remove_file(std::env::var_os("WORKBOOK_TIMELINE").unwrap()).unwrap();
            println!("poured");
        }
    "#;
    let book = Book::new()
        .with("tea/main", "", full)
        .with("tea/pour", "", POUR);
    let ran = book.run(["record"]).failed();
    ran.says("failed to run `tea/main`: failed to write the whole timeline: see whether there is room in `");
    assert!(!book.is_recorded("tea/main") && book.is_recorded("tea/pour"));
}
