//! The network.

use super::Chapter;
use crate::dataset::DataSetIdentity;
use crate::library::CodeRequest;

const NETWORK: &str = "class GarmentClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 4 * 4, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, {CLASSES})

    def forward(self, x):
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc3(F.relu(self.fc2(x)))


model = GarmentClassifier().to(device)";

/// The tutorial's network, with an output for each class.
pub(super) fn chapter(CodeRequest { data, exact, .. }: &CodeRequest) -> Chapter {
    let classes = DataSetIdentity::network_for(data.own()).classes();
    let mut code = NETWORK.replace("{CLASSES}", &classes.to_string());
    if *exact {
        code.push_str("\nmodel.load_state_dict(exported[\"model_state_dict\"])");
    }
    let mut about = format!("The tutorial's network, with {classes} outputs.");
    if *exact {
        about += " It begins with the weights with which Atelier's run began.";
    }
    Chapter { title: "Network", about, code }
}
