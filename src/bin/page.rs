//! The page's entry point.
#![forbid(unsafe_code)]

fn main() {
    atelier::page::report_panics();
    atelier::page::mount();
}
