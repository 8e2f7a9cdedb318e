//! Files exchanged with other programs and other browsers: bytes in, bytes out.

pub mod archive;
pub mod bundle;
pub mod import;
pub mod metrics;
pub mod onnx;
pub mod pytorch;
pub mod tensorboard;
