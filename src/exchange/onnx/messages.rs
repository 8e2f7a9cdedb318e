//! The parts of ONNX's messages that this network needs, with the field numbers of
//! <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>.

use prost::{Message, Oneof};

/// `TensorProto.DataType`.
pub(super) const FLOAT: i32 = 1;
pub(super) const UINT8: i32 = 2;

/// `AttributeProto.AttributeType`.
const INTEGER: i32 = 2;
const INTEGERS: i32 = 7;

/// `ModelProto`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Model {
    #[prost(int64, tag = "1")]
    pub(super) ir_version: i64,
    #[prost(string, tag = "2")]
    pub(super) producer_name: String,
    #[prost(string, tag = "3")]
    pub(super) producer_version: String,
    #[prost(message, optional, tag = "7")]
    pub(super) graph: Option<Graph>,
    #[prost(message, repeated, tag = "8")]
    pub(super) operator_sets: Vec<OperatorSet>,
    #[prost(message, repeated, tag = "14")]
    pub(super) metadata: Vec<Entry>,
}

/// `OperatorSetIdProto`, of ONNX's own domain.
#[derive(Clone, PartialEq, Message)]
pub(super) struct OperatorSet {
    #[prost(int64, tag = "2")]
    pub(super) version: i64,
}

/// `StringStringEntryProto`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Entry {
    #[prost(string, tag = "1")]
    pub(super) key: String,
    #[prost(string, tag = "2")]
    pub(super) value: String,
}

/// `GraphProto`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Graph {
    #[prost(message, repeated, tag = "1")]
    pub(super) nodes: Vec<Node>,
    #[prost(string, tag = "2")]
    pub(super) name: String,
    #[prost(message, repeated, tag = "5")]
    pub(super) initializers: Vec<Tensor>,
    #[prost(message, repeated, tag = "11")]
    pub(super) inputs: Vec<ValueInfo>,
    #[prost(message, repeated, tag = "12")]
    pub(super) outputs: Vec<ValueInfo>,
}

/// `NodeProto`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Node {
    #[prost(string, repeated, tag = "1")]
    pub(super) inputs: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub(super) outputs: Vec<String>,
    #[prost(string, tag = "3")]
    pub(super) name: String,
    #[prost(string, tag = "4")]
    pub(super) operator: String,
    #[prost(message, repeated, tag = "5")]
    pub(super) attributes: Vec<Attribute>,
}

/// `AttributeProto`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(int64, tag = "3")]
    pub(super) integer: i64,
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub(super) integers: Vec<i64>,
    #[prost(int32, tag = "20")]
    pub(super) kind: i32,
}

/// The value of an operator's attribute.
#[derive(Clone, Copy)]
pub(super) enum Setting {
    One(i64),
    Two([i64; 2]),
}

impl Attribute {
    pub(super) fn new(&(name, setting): &(&str, Setting)) -> Self {
        let name = name.to_owned();
        match setting {
            Setting::One(integer) => Self { name, integer, integers: vec![], kind: INTEGER },
            Setting::Two(integers) => {
                Self { name, integer: 0, integers: integers.to_vec(), kind: INTEGERS }
            }
        }
    }
}

/// `TensorProto`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Tensor {
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub(super) dimensions: Vec<i64>,
    #[prost(int32, tag = "2")]
    pub(super) element: i32,
    #[prost(string, tag = "8")]
    pub(super) name: String,
    /// `raw_data`: little endian.
    #[prost(bytes = "vec", tag = "9")]
    pub(super) bytes: Vec<u8>,
}

impl Tensor {
    pub(super) fn new(name: &str, shape: &[usize], values: &[f32]) -> Self {
        Self {
            dimensions: shape.iter().map(|&size| size as i64).collect(),
            element: FLOAT,
            name: name.to_owned(),
            bytes: values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        }
    }
}

/// `ValueInfoProto`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ValueInfo {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(message, optional, tag = "2")]
    pub(super) kind: Option<Type>,
    /// `doc_string`.
    #[prost(string, tag = "3")]
    pub(super) meaning: String,
}

impl ValueInfo {
    /// A value with a free batch size, followed by dimensions of these `sizes`.
    pub(super) fn new(name: &str, element: i32, sizes: &[usize], meaning: &str) -> Self {
        let batch = Size::Named("batch".to_owned());
        let sizes =
            std::iter::once(batch).chain(sizes.iter().map(|&size| Size::Fixed(size as i64)));
        let dimensions = sizes.map(|size| Dimension { size: Some(size) }).collect();
        let tensor = TensorType { element, shape: Some(Shape { dimensions }) };
        let kind = Some(Type { tensor: Some(tensor) });
        Self { name: name.to_owned(), kind, meaning: meaning.to_owned() }
    }
}

/// `TypeProto`, of a tensor.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Type {
    #[prost(message, optional, tag = "1")]
    pub(super) tensor: Option<TensorType>,
}

/// `TypeProto.Tensor`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct TensorType {
    #[prost(int32, tag = "1")]
    pub(super) element: i32,
    #[prost(message, optional, tag = "2")]
    pub(super) shape: Option<Shape>,
}

/// `TensorShapeProto`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Shape {
    #[prost(message, repeated, tag = "1")]
    pub(super) dimensions: Vec<Dimension>,
}

/// `TensorShapeProto.Dimension`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Dimension {
    #[prost(oneof = "Size", tags = "1, 2")]
    pub(super) size: Option<Size>,
}

/// A dimension's size: a number, or a name if it is free.
#[derive(Clone, PartialEq, Oneof)]
pub(super) enum Size {
    #[prost(int64, tag = "1")]
    Fixed(i64),
    #[prost(string, tag = "2")]
    Named(String),
}
