//! Hello, without async. Watch what is not there.

fn main() {
    println!("hello");
}
