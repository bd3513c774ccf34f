//! What the async fn holds, as a struct. Watch what the compiler says.
struct Tea {
    guests: [String; 2],
    first: &String, // Oops!
}

fn main() {
    let guests = ["Ada", "Grace"].map(String::from);
    let tea = Tea {
        first: &guests[0],
        guests,
    };
    println!("tea for {}", tea.first);
}
