//! The entry point of the part of the page that looks into networks, which is loaded when it is first opened.
#![forbid(unsafe_code)]

fn main() {
    atelier::page::insight::offer();
}
