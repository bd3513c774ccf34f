//! A tea that borrows from a function. Watch what the compiler says.
struct Tea<'a> {
    first: &'a String,
}

fn tea<'a>() -> Tea<'a> {
    let guests = ["Ada", "Grace"].map(String::from);
    let first = &guests[0];
    Tea { first } // Oops!
}

fn main() {
    println!("tea for {}", tea().first);
}
