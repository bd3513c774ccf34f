//! A tea notes where the first guest stands. Watch what moving does to it.
use std::ptr;

struct Tea {
    guests: [String; 2],
    first: *const String, // compared, never followed
}

impl Tea {
    fn note(&mut self) {
        self.first = &self.guests[0];
    }

    fn is_right(&self) -> bool {
        ptr::eq(self.first, &self.guests[0])
    }
}

fn main() {
    let guests = ["Ada", "Grace"].map(String::from);
    let first = ptr::null();
    let mut tea = Tea { guests, first };
    tea.note();
    println!("noted: {}", tea.is_right());

    let mut tea = Box::new(tea); // moved to the heap
    println!("moved into a box: {}", tea.is_right());

    tea.note();
    println!("noted again: {}", tea.is_right());

    let cups = [tea]; // the box moves
    println!("the box moved: {}", cups[0].is_right());
}
