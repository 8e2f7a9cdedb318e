//! The page's entry point.

fn main() {
    atelier::page::report_panics();
    atelier::page::mount();
}
