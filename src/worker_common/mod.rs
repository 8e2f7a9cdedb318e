//! What every program in a worker needs: the connection to the page (`port`), the date, names for new runs,
//! the files that a link names, and the library's errors as the protocol's. Without Burn.

pub mod claim;
pub mod clock;
mod failure;
pub mod linked_file;
pub mod port;
