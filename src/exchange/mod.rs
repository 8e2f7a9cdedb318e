//! Files exchanged with other programs and other browsers: bytes in, bytes out.
//!
//! What may take long is `async` and calls its `turn` before each piece of work, with the number of bytes that the
//! piece goes through: a worker then shows the page that it lives, or announces how long it will be silent.

pub mod archive;
pub mod bundle;
pub mod code;
pub mod experiment;
pub mod import;
pub mod metrics;
pub mod onnx;
pub mod pytorch;
pub mod tensorboard;
