//! The entry point of the part of the page with the lesson, which is loaded when it is first opened.
#![forbid(unsafe_code)]

fn main() {
    atelier::page::lesson::offer();
}
