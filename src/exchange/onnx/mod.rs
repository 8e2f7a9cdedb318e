//! The trained network as an ONNX model, from raw pixels to probabilities.
//!
//! An ONNX file is one `ModelProto` message
//! (<https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>); the operators are described in
//! <https://onnx.ai/onnx/operators/>.

mod messages;

use prost::Message;
use thiserror::Error;

use self::messages::Setting::{self, One, Two};
use self::messages::{
    Attribute, Entry, FLOAT, Graph, Model, Node, OperatorSet, Tensor, UINT8, ValueInfo,
};
use crate::dataset::DataSetIdentity;
use crate::network::{CLASS_NAMES, Layer, ModelError, Network, POOL, Weighted};
use crate::settings::TrainingConfig;
use crate::state_dict::{Array, StateDict};

/// Operator set 17 belongs to ONNX 1.12 of 2022, so that older runtimes can read the file too.
const IR_VERSION: i64 = 8;
const OPERATOR_SET: i64 = 17;

const IMAGES: &str = "images";
const LOGITS: &str = "logits";
const PROBABILITIES: &str = "probabilities";

/// The divisor of `ToTensor`, and what `Normalize((0.5,), (0.5,))` subtracts and divides by.
const NORMALISATION: [(&str, f32); 3] =
    [("normalize.scale", 255.0), ("normalize.mean", 0.5), ("normalize.std", 0.5)];

/// The tutorial's transforms: an operator, its inputs besides the previous output, its own output.
const NORMALIZE: [(&str, &[&str], &str); 3] = [
    ("Div", &["normalize.scale"], "scaled"),
    ("Sub", &["normalize.mean"], "centred"),
    ("Div", &["normalize.std"], "normalised"),
];

/// A model's description and metadata.
#[derive(Clone, Copy, Debug)]
pub struct OnnxInfo<'a> {
    /// The title that viewers show, such as the checkpoint's name; if empty, the network's name.
    pub name: &'a str,
    /// A name for each class, by label; a JSON array under `class_names` in the model's metadata.
    pub class_names: &'a [String],
    /// Further metadata: unique keys, and their values.
    pub notes: &'a [(String, String)],
}

/// A checkpoint of a run, as its model tells of it.
#[derive(Clone, Copy, Debug)]
pub struct RunModel<'a> {
    /// The checkpoint's name.
    pub name: &'a str,
    /// The run's name.
    pub run: &'a str,
    /// The steps behind it.
    pub step: u64,
    /// The run's settings.
    pub config: &'a TrainingConfig,
    /// What it was trained on; `None` for the tutorial's data set.
    pub data: Option<&'a DataSetIdentity>,
}

/// The model of a run's checkpoint: the classes have the names of its data set, and the metadata name run, step and settings.
///
/// # Errors
/// Those of [`write_model`].
pub fn write_run_model(weights: &StateDict, of: &RunModel<'_>) -> Result<Vec<u8>, OnnxError> {
    let tutorials = || CLASS_NAMES.map(str::to_owned).to_vec();
    let class_names = of.data.map_or_else(tutorials, |data| data.class_names().to_vec());
    let notes = [
        ("run".to_owned(), of.run.to_owned()),
        ("step".to_owned(), of.step.to_string()),
        ("settings".to_owned(), of.config.to_query()),
    ];
    write_model(weights, &OnnxInfo { name: of.name, class_names: &class_names, notes: &notes })
}

/// Why no model can be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OnnxError {
    /// The weights are not the network's.
    #[error(transparent)]
    Weights(#[from] ModelError),
    /// Labels without a name, or names without a label.
    #[error("{found} class names for {classes} classes")]
    ClassNames {
        /// Names found.
        found: usize,
        /// The network's classes.
        classes: usize,
    },
    /// ONNX allows a metadata key once; `class_names` is taken.
    #[error("the metadata would contain {0:?} twice")]
    RepeatedNote(String),
}

/// The bytes of an ONNX file. Entries of `weights` besides the network's ten parameters are left out.
///
/// # Shapes
/// - input `images`: `uint8 [batch, 1, 28, 28]`, raw pixels: 0 is background, 255 is garment
/// - output `logits`: `float [batch, classes]`
/// - output `probabilities`: `float [batch, classes]`, the softmax of the logits
///
/// # Errors
/// Any [`OnnxError`].
pub fn write_model(weights: &StateDict, info: &OnnxInfo<'_>) -> Result<Vec<u8>, OnnxError> {
    let network = Network::of(weights)?;
    let classes = network.classes();
    let pixels = "A garment's pixels, row by row: 0 is background, 255 is garment. \
                  The model normalises them itself.";
    let name = if info.name.is_empty() { "GarmentClassifier" } else { info.name };
    let graph = Graph {
        nodes: nodes(network),
        name: name.to_owned(),
        initializers: initializers(network, weights)?,
        inputs: vec![ValueInfo::new(IMAGES, UINT8, &[1, 28, 28], pixels)],
        outputs: vec![
            ValueInfo::new(LOGITS, FLOAT, &[classes], "By label, before the softmax."),
            ValueInfo::new(PROBABILITIES, FLOAT, &[classes], "By label; they add up to 1."),
        ],
    };
    let model = Model {
        ir_version: IR_VERSION,
        producer_name: "atelier".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        graph: Some(graph),
        operator_sets: vec![OperatorSet { version: OPERATOR_SET }],
        metadata: metadata(network, info)?,
    };
    Ok(model.encode_to_vec())
}

fn initializers(network: Network, weights: &StateDict) -> Result<Vec<Tensor>, OnnxError> {
    let scalar = |(name, value): (&str, f32)| Tensor::new(name, &[], &[value]);
    let mut tensors: Vec<Tensor> = NORMALISATION.into_iter().map(scalar).collect();
    // `Conv` and `Gemm` with `transB` take PyTorch's shapes.
    for parameter in &network.parameters() {
        let Array { shape, values } = parameter.find(weights, parameter.name)?;
        tensors.push(Tensor::new(parameter.name, shape, values));
    }
    Ok(tensors)
}

fn metadata(network: Network, info: &OnnxInfo<'_>) -> Result<Vec<Entry>, OnnxError> {
    let (found, classes) = (info.class_names.len(), network.classes());
    if found != classes {
        return Err(OnnxError::ClassNames { found, classes });
    }
    let names = serde_json::Value::from(info.class_names).to_string();
    let mut entries = vec![Entry { key: "class_names".to_owned(), value: names }];
    for (key, value) in info.notes {
        if entries.iter().any(|entry| entry.key == *key) {
            return Err(OnnxError::RepeatedNote(key.clone()));
        }
        entries.push(Entry { key: key.clone(), value: value.clone() });
    }
    Ok(entries)
}

/// The operations, from `images` to `probabilities`.
fn nodes(network: Network) -> Vec<Node> {
    let mut nodes = Nodes::default();
    nodes.add("Cast", &[], &[("to", One(FLOAT as i64))], "pixels");
    for (operator, inputs, output) in NORMALIZE {
        nodes.add(operator, inputs, &[], output);
    }
    let (mut rectifiers, mut pools) = (0, 0);
    let layers = network.layers();
    for (at, layer) in layers.iter().enumerate() {
        let is_last = at + 1 == layers.len();
        match layer {
            Layer::Convolution(layer) => {
                let kernel = Two([layer.weight.shape[2], layer.weight.shape[3]].map(|n| n as i64));
                nodes.add_layer("Conv", layer, ("kernel_shape", kernel), layer.name);
            }
            Layer::Relu => {
                rectifiers += 1;
                nodes.add("Relu", &[], &[], &format!("relu{rectifiers}"));
            }
            Layer::MaxPool => {
                pools += 1;
                let window = Two([POOL as i64; 2]);
                let settings = [("kernel_shape", window), ("strides", window)];
                nodes.add("MaxPool", &[], &settings, &format!("pool{pools}"));
            }
            Layer::Flatten => nodes.add("Flatten", &[], &[("axis", One(1))], "flat"),
            Layer::Linear(layer) => {
                let output = if is_last { LOGITS } else { layer.name };
                nodes.add_layer("Gemm", layer, ("transB", One(1)), output);
            }
        }
    }
    nodes.add("Softmax", &[], &[("axis", One(1))], PROBABILITIES);
    nodes.0
}

/// The operations added so far.
#[derive(Default)]
struct Nodes(Vec<Node>);

impl Nodes {
    /// Adds an operation with the previous output and `inputs` as its inputs. It is named after its output.
    fn add(&mut self, operator: &str, inputs: &[&str], settings: &[(&str, Setting)], output: &str) {
        let before = self.0.last().map_or(IMAGES, |node| &node.name);
        let inputs = [&[before], inputs].concat();
        self.0.push(Node {
            inputs: inputs.into_iter().map(String::from).collect(),
            outputs: vec![output.to_owned()],
            name: output.to_owned(),
            operator: operator.to_owned(),
            attributes: settings.iter().map(Attribute::new).collect(),
        });
    }

    fn add_layer(
        &mut self,
        operator: &str,
        layer: &Weighted,
        setting: (&str, Setting),
        output: &str,
    ) {
        self.add(operator, &[layer.weight.name, layer.bias.name], &[setting], output);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeSet;

    use super::messages::Size;
    use super::*;
    use crate::network::Parameter;

    /// Weights of which every number is another one.
    fn weights_of(network: Network) -> StateDict {
        let mut numbers = (0_u16..).map(|number| f32::from(number) / 4.0);
        let array = |parameter: &Parameter| {
            let values = numbers.by_ref().take(parameter.len()).collect();
            (parameter.name.to_owned(), Array { shape: parameter.shape.to_vec(), values })
        };
        network.parameters().iter().map(array).collect()
    }

    fn weights() -> StateDict {
        weights_of(Network::TUTORIAL)
    }

    fn write(weights: &StateDict, notes: &[(&str, &str)]) -> Result<Vec<u8>, OnnxError> {
        let classes = Network::of(weights).map_or(10, Network::classes);
        let class_names: Vec<String> =
            (0..classes).map(|label| format!("Größe \"{label}\"")).collect();
        let notes: Vec<_> = notes.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect();
        write_model(weights, &OnnxInfo { name: "Run 1", class_names: &class_names, notes: &notes })
    }

    fn written() -> Model {
        Model::decode(&*write(&weights(), &[("epochs", "5")]).unwrap()).unwrap()
    }

    #[test]
    fn a_model_takes_raw_pixels_in_batches_of_any_size() {
        let input = written().graph.unwrap().inputs.remove(0);
        let tensor = input.kind.unwrap().tensor.unwrap();
        let sizes = tensor.shape.unwrap().dimensions.into_iter().map(|size| size.size.unwrap());
        let batch = [Size::Named("batch".to_owned())];
        assert!(sizes.eq(batch.into_iter().chain([1, 28, 28].map(Size::Fixed))));
        assert_eq!((input.name.as_str(), tensor.element), ("images", 2));
        assert!(input.meaning.contains("0 is background"));
    }

    #[test]
    fn a_model_names_its_versions_classes_and_notes() {
        let model = written();
        assert_eq!((model.ir_version, model.operator_sets[0].version), (8, 17));
        assert_eq!(model.graph.unwrap().name, "Run 1");
        let [names, epochs] = &model.metadata[..] else { unreachable!() };
        let parsed: Vec<String> = serde_json::from_str(&names.value).unwrap();
        assert_eq!((names.key.as_str(), parsed.len()), ("class_names", 10));
        assert_eq!(parsed[9], "Größe \"9\"");
        assert_eq!((epochs.key.as_str(), epochs.value.as_str()), ("epochs", "5"));
    }

    #[test]
    fn a_model_has_as_many_outputs_and_names_as_its_network_has_classes() {
        for classes in [2, 17, 64] {
            let weights = weights_of(Network::new(classes).unwrap());
            let model = Model::decode(&*write(&weights, &[]).unwrap()).unwrap();
            let names: Vec<String> = serde_json::from_str(&model.metadata[0].value).unwrap();
            assert_eq!(names.len(), classes);
            let graph = model.graph.unwrap();
            let of = |name: &str| graph.initializers.iter().find(|it| it.name == name).unwrap();
            assert_eq!(of("fc3.weight").dimensions, [classes as i64, 84]);
            for output in graph.outputs {
                let shape = output.kind.unwrap().tensor.unwrap().shape.unwrap();
                let sizes = shape.dimensions.into_iter().map(|it| it.size.unwrap());
                let batch = [Size::Named("batch".to_owned())];
                assert!(sizes.eq(batch.into_iter().chain([Size::Fixed(classes as i64)])));
            }
        }
    }

    #[test]
    fn parameters_keep_their_names_shapes_and_numbers() {
        let mut tensors = written().graph.unwrap().initializers.into_iter().map(|tensor| {
            let numbers = tensor.bytes.as_chunks().0.iter().copied().map(f32::from_le_bytes);
            let shape = tensor.dimensions.iter().map(|&size| size as usize).collect();
            (tensor.name, Array { shape, values: numbers.collect() })
        });
        let normalisation = tensors.by_ref().take(3).map(|(_, array)| array.values);
        assert!(normalisation.eq([[255.0], [0.5], [0.5]]));
        assert_eq!(tensors.collect::<StateDict>(), weights());
    }

    #[test]
    fn operations_take_only_what_is_there_and_use_all_of_it() {
        let graph = written().graph.unwrap();
        let mut known: BTreeSet<_> = graph.initializers.into_iter().map(|t| t.name).collect();
        let mut unused = known.clone();
        known.insert("images".to_owned());
        for node in graph.nodes {
            assert!(node.inputs.iter().all(|input| known.contains(input)), "{}", node.name);
            unused.retain(|name| !node.inputs.contains(name));
            let made = node.outputs.into_iter().all(|output| known.insert(output));
            assert!(made, "two operations have the output {}", node.name);
        }
        assert!(unused.is_empty(), "{unused:?}");
        assert!(graph.outputs.iter().all(|output| known.contains(&output.name)));
    }

    #[test]
    fn the_last_layer_gives_the_logits_that_become_probabilities() {
        let nodes = written().graph.unwrap().nodes;
        let [.., last, softmax] = &nodes[..] else { unreachable!() };
        assert_eq!((last.operator.as_str(), last.outputs[0].as_str()), ("Gemm", "logits"));
        assert_eq!(last.inputs[1..], ["fc3.weight", "fc3.bias"]);
        assert_eq!(softmax.operator, "Softmax");
        assert_eq!((&softmax.inputs[0][..], &softmax.outputs[0][..]), ("logits", "probabilities"));
    }

    #[test]
    fn what_makes_no_model_is_an_error() {
        let mut damaged = weights();
        damaged.get_mut("fc3.bias").unwrap().values.pop();
        let misshapen = write(&damaged, &[]);
        let shape = |error: &ModelError| matches!(error, ModelError::Shape { name, .. } if name == "fc3.bias");
        assert!(matches!(misshapen, Err(OnnxError::Weights(error)) if shape(&error)));
        damaged.remove("conv2.weight");
        let missing = OnnxError::Weights(ModelError::Missing("conv2.weight".into()));
        assert_eq!(write(&damaged, &[]), Err(missing));
        let repeated = write(&weights(), &[("class_names", "[]")]);
        assert_eq!(repeated, Err(OnnxError::RepeatedNote("class_names".into())));
        let nameless = OnnxInfo { name: "", class_names: &[], notes: &[] };
        assert_eq!(
            write_model(&weights(), &nameless),
            Err(OnnxError::ClassNames { found: 0, classes: 10 })
        );
    }
}
