//! A tea that borrows from itself is moved. Watch what the compiler says.
struct Tea<'a> {
    guests: [String; 2],
    first: Option<&'a String>,
}

fn main() {
    let guests = ["Ada", "Grace"].map(String::from);
    let mut tea = Tea {
        guests,
        first: None,
    };
    tea.first = Some(&tea.guests[0]);
    println!("tea for {:?}", tea.first);
    let cups = vec![tea]; // Oops!
    println!("{} cup", cups.len());
}
