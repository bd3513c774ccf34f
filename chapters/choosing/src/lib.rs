//! What the shells of this chapter share: a protocol, and the conversations that it must be able to hold.

#[path = "../examples/line_protocol.rs"]
#[expect(dead_code, reason = "it is a program of the page too, with a `main`")]
mod line_protocol;

pub use line_protocol::{CONVERSATIONS, Table};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_as_written() {
        for (sent, heard) in CONVERSATIONS {
            assert_eq!(Table::default().receive(sent.as_bytes()), heard);
        }
    }

    #[test]
    fn it_does_not_matter_how_the_bytes_are_cut_up() {
        for (sent, heard) in CONVERSATIONS {
            for size in 1..=sent.len() {
                let mut table = Table::default();
                let pieces = sent.as_bytes().chunks(size);
                let replies: String =
                    pieces.map(|piece| table.receive(piece)).collect();
                assert_eq!(replies, heard, "in pieces of {size}");
            }
        }
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut table = Table::default();
        assert_eq!(table.receive(&[b'x'; 80]), "");
        assert_eq!(table.receive(b"x"), "this line is too long\n");
        assert!(table.is_over());
        assert_eq!(table.receive(b"\ntea\n"), "");
    }

    #[test]
    fn only_bye_ends_it() {
        let mut table = Table::default();
        table.receive(b"tea\nbill\nsoup\nby");
        assert!(!table.is_over());
        table.receive(b"e\n");
        assert!(table.is_over());
    }
}
